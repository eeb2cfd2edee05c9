from allauth.account.views import logout
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from oppipari.organisation import queries, views
from oppipari.organisation.own_details.views import own_details
from oppipari.organisation.signing_in import AskForCode, WriteCode

# Without mail the page tells the ways in that there are: before set-up another than afterwards. Templates call it.
ask_for_code = AskForCode.as_view(extra_context={"is_fresh": queries.is_fresh})

# Of allauth's pages only those of signing in by a code exist here: there are no passwords and no registering.
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", ask_for_code, name="account_request_login_code"),
    path("sign-in/code/", WriteCode.as_view(), name="account_confirm_login_code"),
    path("sign-out/", logout, name="account_logout"),
    # allauth looks these names up; both lead to the one way of signing in.
    path("sign-in/", RedirectView.as_view(pattern_name="account_request_login_code"), name="account_login"),
    path("sign-in/", RedirectView.as_view(pattern_name="account_request_login_code"), name="account_signup"),
    path("sign-in/", RedirectView.as_view(pattern_name="account_request_login_code"), name="account_inactive"),
    path(
        "sign-in/",
        RedirectView.as_view(pattern_name="account_request_login_code"),
        name="account_reauthenticate",
    ),
    path("link/<str:token>/", views.sign_in_link, name="sign_in_link"),
    path("my-details/", own_details, name="own_details"),
    path("my-link/", views.own_link, name="own_link"),
    path("set-up/", views.set_up, name="set_up"),
    path("organisation/domains/", views.mail_domains, name="mail_domains"),
    path("units/new/", views.unit_new, name="unit_new"),
    path("units/<int:pk>/", views.unit, name="unit"),
]

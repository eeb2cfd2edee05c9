from allauth.account.views import confirm_login_code, logout, request_login_code
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from oppipari.organisation import views

# Of allauth's pages only those of signing in by a code exist here: there are no passwords and no registering.
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", request_login_code, name="account_request_login_code"),
    path("sign-in/code/", confirm_login_code, name="account_confirm_login_code"),
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
    path("set-up/", views.set_up, name="set_up"),
    path("units/new/", views.unit_new, name="unit_new"),
    path("units/<int:pk>/", views.unit, name="unit"),
]

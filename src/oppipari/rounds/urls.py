from django.urls import URLPattern, path

from oppipari.rounds.views import inviting, knowing, signing, supervising

urlpatterns: list[URLPattern] = [
    path("rounds/", supervising.round_list, name="round_list"),
    path("rounds/new/", supervising.round_new, name="round_new"),
    path("rounds/<int:pk>/settings/", supervising.round_settings, name="round_settings"),
    path("rounds/<int:pk>/tell/", supervising.round_tell, name="round_tell"),
    path("rounds/<int:pk>/tell/print/", supervising.round_print, name="round_print"),
    path("rounds/<int:pk>/sign-ups/", supervising.round_sign_ups, name="round_sign_ups"),
    path("rounds/<int:pk>/sign-ups/confirm/", knowing.sign_up_confirm, name="sign_up_confirm"),
    path("rounds/<int:pk>/invite/", inviting.round_invite, name="round_invite"),
    path("rounds/<int:pk>/invitations/take-back/", inviting.invitation_take_back, name="invitation_take_back"),
    path("sign-ups/<int:pk>/address/", inviting.sign_up_address, name="sign_up_address"),
    path("rounds/<int:pk>/invitations/sheet/", inviting.invitation_sheet, name="invitation_sheet"),
    path("rounds/<int:pk>/sign-up/close/", supervising.round_close_sign_up, name="round_close_sign_up"),
    path("rounds/<int:pk>/sign-up/reopen/", supervising.round_reopen_sign_up, name="round_reopen_sign_up"),
    path("rounds/<int:pk>/copy/", supervising.round_copy, name="round_copy"),
    path("sign-ups/<int:pk>/link/", knowing.sign_up_link, name="sign_up_link"),
    path("sign-ups/<int:pk>/same/", knowing.sign_up_same, name="sign_up_same"),
    path("rounds/<int:pk>/sign-ups/undone/", knowing.round_undone_joinings, name="round_undone_joinings"),
    path("sign-ups/<int:pk>/same/undo/", knowing.sign_up_not_same, name="sign_up_not_same"),
    path("sign-ups/<int:pk>/turn-down/", knowing.sign_up_turn_down, name="sign_up_turn_down"),
    path("join/<str:token>/", signing.join, name="join"),
    path("join/<str:token>/done/", signing.join_done, name="join_done"),
    path("join/<str:token>/<slug:step>/", signing.join_step, name="join_step"),
    path("invitation/<str:token>/", signing.invitation, name="invitation"),
    path("sign-ups/<int:pk>/", signing.my_sign_up, name="my_sign_up"),
    path("sign-ups/<int:pk>/change/", signing.sign_up_change, name="sign_up_change"),
    path("sign-ups/<int:pk>/whose/", signing.sign_up_whose, name="sign_up_whose"),
    path("sign-ups/<int:pk>/withdraw/", signing.sign_up_withdraw, name="sign_up_withdraw"),
]

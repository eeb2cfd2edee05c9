from django.urls import URLPattern, path

from oppipari.meetings import views

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/meetings/", views.round_meetings, name="round_meetings"),
    path("rounds/<int:pk>/meetings/agree/", views.meeting_agree, name="meeting_agree"),
    path("pair/<int:pk>/meetings/new/", views.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/move/", views.meeting_move, name="meeting_move"),
    path("meetings/<int:pk>/cancel/", views.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/held/", views.meeting_held, name="meeting_held"),
    path("meetings/<int:pk>.ics", views.meeting_ics, name="meeting_ics"),
]

from django.urls import URLPattern, path

from oppipari.meetings import views
from oppipari.meetings.own_calendar import views as own
from oppipari.meetings.planner import views as planner_views
from oppipari.meetings.reminders import views as reminders
from oppipari.meetings.staffing import views as staffing

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/meetings/", views.round_meetings, name="round_meetings"),
    path("rounds/<int:pk>/meetings/agree/", views.meeting_agree, name="meeting_agree"),
    path("rounds/<int:pk>/meetings/turn-down/", views.meeting_turn_down, name="meeting_turn_down"),
    path("rounds/<int:pk>/meetings/month/", planner_views.round_month, name="round_month"),
    path("rounds/<int:pk>/meetings/rules/", staffing.round_rules, name="round_rules"),
    path("rounds/<int:pk>/meetings/planner/", planner_views.round_planner, name="round_planner"),
    path("rounds/<int:pk>/meetings/planner/change/", planner_views.planner_change, name="planner_change"),
    path("rounds/<int:pk>/meetings/planner/publish/", planner_views.planner_publish, name="planner_publish"),
    path("pair/<int:pk>/meetings/new/", views.meeting_new, name="meeting_new"),
    path("pair/<int:pk>/meetings/answer/", views.meeting_answer, name="meeting_answer"),
    path("meetings/<int:pk>/move/", views.meeting_move, name="meeting_move"),
    path("meetings/<int:pk>/cancel/", views.meeting_cancel, name="meeting_cancel"),
    path("meetings/<int:pk>/held/", views.meeting_held, name="meeting_held"),
    path("meetings/<int:pk>/held/undo/", views.meeting_not_held, name="meeting_not_held"),
    path("meetings/<int:pk>.ics", views.meeting_ics, name="meeting_ics"),
    path("me/calendar/", own.own_calendar, name="own_calendar"),
    path("me/calendar/address/", own.calendar_address, name="calendar_address"),
    path("me/calendar/address/end/", own.calendar_address_end, name="calendar_address_end"),
    path("calendar/<str:token>.ics", own.calendar_feed, name="calendar_feed"),
    path("reminders/<str:token>/", reminders.reminders_off, name="reminders_off"),
    path("met/<str:token>/", reminders.met, name="met"),
]

from django.urls import URLPattern, path

from oppipari.exchange import views
from oppipari.exchange.feeds import views as feeds
from oppipari.exchange.roster_page import views as roster_page

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/upload/", views.round_upload, name="round_upload"),
    path("units/<int:pk>/roster/", roster_page.unit_roster, name="unit_roster"),
    path("units/<int:pk>/roster/codes/", roster_page.unit_legend, name="unit_legend"),
    path("units/<int:pk>/roster/forget/", roster_page.roster_forget, name="roster_forget"),
    path("me/calendar/roster/", feeds.roster_feed, name="roster_feed"),
    path("me/calendar/roster/refresh/", feeds.roster_feed_refresh, name="roster_feed_refresh"),
    path("me/calendar/roster/stop/", feeds.roster_feed_stop, name="roster_feed_stop"),
]

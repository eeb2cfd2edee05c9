"""All addresses. Each app keeps its own; what a person sees first is here."""

from django.urls import URLPattern, URLResolver, include, path

from oppipari.site import pages, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("home/", pages.home, name="home"),
    path("rounds/<int:pk>/", pages.round_page, name="round"),
    path("pair/<int:pk>/", pages.pair_page, name="pair"),
    path("healthz", views.health, name="health"),
    path("language/", views.set_language, name="set_language"),
    path("", include("oppipari.organisation.urls")),
    path("", include("oppipari.rounds.urls")),
    path("", include("oppipari.materials.urls")),
    path("", include("oppipari.exchange.urls")),
    path("", include("oppipari.pairs.urls")),
    path("", include("oppipari.meetings.urls")),
    path("", include("oppipari.insights.urls")),
    path("", include("oppipari.evaluation.urls")),
    path("", include("oppipari.privacy.urls")),
]

handler400 = "oppipari.site.views.bad_request"
handler403 = "oppipari.site.views.forbidden"
handler404 = "oppipari.site.views.not_found"
handler500 = "oppipari.site.views.server_error"

from django.urls import URLPattern, path

from oppipari.insights import views

urlpatterns: list[URLPattern] = [
    path("pair/<int:pk>/insights/new/", views.insight_new, name="insight_new"),
    path("insights/<int:pk>/", views.insight, name="insight"),
    path("insights/<int:pk>/approve/", views.insight_approve, name="insight_approve"),
    path("insights/<int:pk>/withdraw/", views.insight_withdraw, name="insight_withdraw"),
    path("insights/<int:pk>/hide-names/", views.insight_hide_names, name="insight_hide_names"),
    path("units/<int:pk>/insights/", views.wall, name="wall"),
]

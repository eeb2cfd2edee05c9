from django.urls import URLPattern, path

from oppipari.insights import views
from oppipari.insights.inspired import views as inspired
from oppipari.insights.reading import views as reading
from oppipari.insights.screen import views as screen
from oppipari.insights.trials import views as trials

urlpatterns: list[URLPattern] = [
    path("pair/<int:pk>/insights/new/", views.insight_new, name="insight_new"),
    path("insights/<int:pk>/", views.insight, name="insight"),
    path("insights/<int:pk>/approve/", views.insight_approve, name="insight_approve"),
    path("insights/<int:pk>/withdraw/", views.insight_withdraw, name="insight_withdraw"),
    path("insights/<int:pk>/hide-names/", views.insight_hide_names, name="insight_hide_names"),
    path("insights/<int:pk>/ask/", views.insight_ask, name="insight_ask"),
    path("insights/<int:pk>/keep/", views.insight_keep, name="insight_keep"),
    path("insights/<int:pk>/lets-try/", views.lets_try, name="lets_try"),
    path("units/<int:pk>/insights/", views.wall, name="wall"),
    path("units/<int:pk>/insights/screen/", screen.screen_address, name="screen_address"),
    path("units/<int:pk>/insights/screen/end/", screen.screen_address_end, name="screen_address_end"),
    path("units/<int:pk>/reading/", reading.reading_address, name="reading_address"),
    path("units/<int:pk>/reading/end/", reading.reading_address_end, name="reading_address_end"),
    path("read/<str:token>/", reading.reading, name="reading"),
    path("read/<str:token>/lets-try/<int:pk>/", reading.reading_lets_try, name="reading_lets_try"),
    path("tv/<str:token>/", screen.screen, name="screen"),
    path("units/<int:pk>/trials/new/", trials.trial_new, name="trial_new"),
    path("trials/<int:pk>/", trials.trial, name="trial"),
    path("trials/<int:pk>/edit/", trials.trial_edit, name="trial_edit"),
    path("trials/<int:pk>/decide/", trials.trial_decide, name="trial_decide"),
    path("trials/<int:pk>/offer/", trials.trial_offer, name="trial_offer"),
    path("trials/<int:pk>/remove/", trials.trial_remove, name="trial_remove"),
    path("inspired/", inspired.inspired, name="inspired"),
    path("inspired/<int:pk>/", inspired.inspired_trial, name="inspired_trial"),
]

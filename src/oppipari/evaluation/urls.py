from django.urls import URLPattern, path

from oppipari.evaluation import views

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/evaluation/", views.round_evaluation, name="round_evaluation"),
    path("rounds/<int:pk>/evaluation/close/", views.questionnaire_close, name="questionnaire_close"),
    path("rounds/<int:pk>/close/", views.round_close, name="round_close"),
    path("rounds/<int:pk>/closing/", views.round_closing, name="round_closing"),
    path("evaluation/<int:pk>/answer/", views.answer, name="answer"),
]

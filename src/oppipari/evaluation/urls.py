from django.urls import URLPattern, path

from oppipari.evaluation import views
from oppipari.evaluation.questionnaire import editing
from oppipari.evaluation.questionnaire import views as questionnaire

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/evaluation/", views.round_evaluation, name="round_evaluation"),
    path("rounds/<int:pk>/evaluation/close/", questionnaire.questionnaire_close, name="questionnaire_close"),
    path("rounds/<int:pk>/close/", views.round_close, name="round_close"),
    path("rounds/<int:pk>/closing/", views.round_closing, name="round_closing"),
    path("rounds/<int:pk>/start-questions/", questionnaire.start_questions, name="start_questions"),
    path("questions/", editing.questions, name="questions"),
    path("questions/file/", editing.questions_file, name="questions_file"),
    path("evaluation/<int:pk>/answer/", questionnaire.answer, name="answer"),
]

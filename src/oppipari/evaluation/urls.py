from django.urls import URLPattern, path

from oppipari.evaluation import views
from oppipari.evaluation.benefits import views as benefits
from oppipari.evaluation.questionnaire import editing
from oppipari.evaluation.questionnaire import views as questionnaire
from oppipari.evaluation.together import views as together

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/evaluation/", views.round_evaluation, name="round_evaluation"),
    path("rounds/<int:pk>/evaluation/close/", questionnaire.questionnaire_close, name="questionnaire_close"),
    path("rounds/<int:pk>/close/", views.round_close, name="round_close"),
    path("rounds/<int:pk>/closing/", benefits.round_closing, name="round_closing"),
    path("read/<str:token>/rounds/<int:pk>/", benefits.reading_closing, name="reading_closing"),
    path("rounds/<int:pk>/start-questions/", questionnaire.start_questions, name="start_questions"),
    path("rounds/<int:pk>/together/", together.together, name="together"),
    path("rounds/<int:pk>/together/start/", together.together_start, name="together_start"),
    path("rounds/<int:pk>/together/results/", together.together_results, name="together_results"),
    path("rounds/<int:pk>/together/conclusions/", together.together_conclusions, name="together_conclusions"),
    path("organisation/benefits/", benefits.units_benefits, name="units_benefits"),
    path("questions/", editing.questions, name="questions"),
    path("questions/file/", editing.questions_file, name="questions_file"),
    path("evaluation/<int:pk>/answer/", questionnaire.answer, name="answer"),
]

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "oppipari.evaluation"
    label = "evaluation"

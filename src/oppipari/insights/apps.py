from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "oppipari.insights"
    label = "insights"

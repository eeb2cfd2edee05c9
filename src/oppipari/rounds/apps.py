from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "oppipari.rounds"
    label = "rounds"

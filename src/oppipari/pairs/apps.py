from django.apps import AppConfig


class PairsConfig(AppConfig):
    name = "oppipari.pairs"
    label = "pairs"

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "oppipari.exchange"
    label = "exchange"

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "oppipari.privacy"
    label = "privacy"

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "oppipari.site"
    label = "site"

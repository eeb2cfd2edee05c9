from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "oppipari.organisation"
    label = "organisation"

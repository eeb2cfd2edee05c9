from django.apps import AppConfig


class MaterialsConfig(AppConfig):
    name = "oppipari.materials"
    label = "materials"

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "oppipari.meetings"
    label = "meetings"

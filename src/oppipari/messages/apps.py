from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "oppipari.messages"
    label = "post"

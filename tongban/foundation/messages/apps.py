from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "tongban.foundation.messages"
    label = "messages"

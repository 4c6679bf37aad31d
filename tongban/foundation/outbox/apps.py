from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "tongban.foundation.outbox"
    label = "outbox"

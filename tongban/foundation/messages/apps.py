from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "tongban.foundation.messages"
    label = "messages"

    def ready(self) -> None:
        from tongban.foundation.messages import subscriptions

        subscriptions.connect()

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tongban.foundation.identity"
    label = "identity"

    def ready(self) -> None:
        from tongban.foundation.identity import subscriptions

        subscriptions.connect()

from django.apps import AppConfig


class EffectivenessConfig(AppConfig):
    name = "tongban.oversight.effectiveness"
    label = "effectiveness"

    def ready(self) -> None:
        from tongban.oversight.effectiveness import subscriptions

        subscriptions.connect()

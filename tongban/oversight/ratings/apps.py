from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "tongban.oversight.ratings"
    label = "ratings"

    def ready(self) -> None:
        from tongban.oversight.ratings import subscriptions

        subscriptions.connect()

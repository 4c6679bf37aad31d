from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "tongban.services.disclosures"
    label = "disclosures"

    def ready(self) -> None:
        from tongban.services.disclosures import subscriptions

        subscriptions.connect()

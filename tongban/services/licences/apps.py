from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "tongban.services.licences"
    label = "licences"

    def ready(self) -> None:
        from tongban.services.licences import subscriptions

        subscriptions.connect()

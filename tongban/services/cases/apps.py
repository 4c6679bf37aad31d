from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "tongban.services.cases"
    label = "cases"

    def ready(self) -> None:
        from tongban.services.cases import subscriptions

        subscriptions.connect()

from django.apps import AppConfig


class ExemptionsConfig(AppConfig):
    name = "tongban.services.exemptions"
    label = "exemptions"

    def ready(self) -> None:
        from tongban.services.exemptions import sources

        sources.register()

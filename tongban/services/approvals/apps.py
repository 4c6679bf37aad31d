from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "tongban.services.approvals"
    label = "approvals"

    def ready(self) -> None:
        from tongban.services.approvals import subscriptions

        subscriptions.connect()

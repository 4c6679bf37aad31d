from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "tongban.datahub.subscriptions"
    label = "subscriptions"

    def ready(self) -> None:
        from tongban.datahub.subscriptions import subscriptions

        subscriptions.connect()

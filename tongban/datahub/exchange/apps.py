from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tongban.datahub.exchange"
    label = "exchange"

    def ready(self) -> None:
        from tongban.datahub.exchange import subscriptions
        from tongban.datahub.exchange.providers import institutions, registers

        registers.add_register(institutions.NAME, institutions.ask)
        subscriptions.connect()

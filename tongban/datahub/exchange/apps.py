from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tongban.datahub.exchange"
    label = "exchange"

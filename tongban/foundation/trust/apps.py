from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "tongban.foundation.trust"
    label = "trust"

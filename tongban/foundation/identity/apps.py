from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tongban.foundation.identity"
    label = "identity"

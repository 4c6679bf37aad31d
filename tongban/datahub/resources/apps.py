from __future__ import annotations

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "tongban.datahub.resources"
    label = "resources"

    def ready(self) -> None:
        from tongban.datahub.resources import subscriptions

        subscriptions.connect()

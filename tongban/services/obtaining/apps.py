from __future__ import annotations

from django.apps import AppConfig


class ObtainingConfig(AppConfig):
    name = "tongban.services.obtaining"
    label = "obtaining"

    def ready(self) -> None:
        from tongban.services.obtaining import sources

        sources.register()

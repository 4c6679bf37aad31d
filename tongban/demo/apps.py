"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration's history."""

    name = "tongban.demo"
    label = "demo"

    def ready(self) -> None:
        """Have the doors tell how far the history is."""
        from tongban.channels.ui import notices
        from tongban.demo import queries

        notices.register(queries.notice)

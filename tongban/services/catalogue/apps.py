"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Items, guides, search."""

    name = "tongban.services.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Tell the lists of data what they have to know of items."""
        from tongban.services.catalogue import demanding

        demanding.connect()

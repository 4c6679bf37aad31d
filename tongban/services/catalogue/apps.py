"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Items, guides, search."""

    name = "tongban.services.catalogue"
    label = "catalogue"

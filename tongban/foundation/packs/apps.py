"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """Which pack is loaded, in which revision."""

    name = "tongban.foundation.packs"
    label = "packs"

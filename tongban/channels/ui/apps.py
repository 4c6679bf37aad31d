"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Design system."""

    name = "tongban.channels.ui"
    label = "ui"

"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class DatadeskConfig(AppConfig):
    """The data officers' desk."""

    name = "tongban.channels.datadesk"
    label = "datadesk"

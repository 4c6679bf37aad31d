"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class OpenapiConfig(AppConfig):
    """The programmer's interface."""

    name = "tongban.channels.openapi"
    label = "openapi"

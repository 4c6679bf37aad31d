"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The citizen's pages."""

    name = "tongban.channels.portal"
    label = "portal"

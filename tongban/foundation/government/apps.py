"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class GovernmentConfig(AppConfig):
    """Departments, districts, centres, windows, staff."""

    name = "tongban.foundation.government"
    label = "government"

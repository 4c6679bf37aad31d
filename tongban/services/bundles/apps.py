"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class BundlesConfig(AppConfig):
    """One thing: the compiler."""

    name = "tongban.services.bundles"
    label = "bundles"

"""The application's label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The reviewers' desk."""

    name = "tongban.channels.desk"
    label = "desk"

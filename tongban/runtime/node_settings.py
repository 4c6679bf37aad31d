"""Settings of a district's node: what exchanges data and what that stands on, no pages and no services."""

from __future__ import annotations

from tongban.runtime.settings import *  # noqa: F403
from tongban.runtime.settings import INSTALLED_APPS as EVERYTHING

PARTS = ("django.contrib.", "allauth", "tongban.foundation.", "tongban.datahub.")
INSTALLED_APPS = [app for app in EVERYTHING if app.startswith(PARTS)]

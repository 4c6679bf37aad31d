"""The settings of Django, all from the environment (see environment.py)."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from tongban.runtime import environment
from tongban.runtime.database import connection_settings

ENVIRONMENT = environment.read(os.environ)
PACKAGE = Path(__file__).resolve().parents[1]

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
ROOT_URLCONF = "tongban.runtime.urls"
WSGI_APPLICATION = "tongban.runtime.wsgi.application"

INSTALLED_APPS = [
    "tongban.foundation.packs",
    "tongban.foundation.government",
    "tongban.foundation.calendars",
    "tongban.foundation.ledger",
    "tongban.foundation.outbox",
    "tongban.services.catalogue",
    "tongban.services.bundles",
    "tongban.services.exemptions",
    "tongban.services.cases",
    "tongban.channels.ui",
    "tongban.channels.portal",
    "tongban.channels.openapi",
]
# No sessions, no cookies, no accounts yet: the public pages are the same for everybody.
MIDDLEWARE = [
    "tongban.channels.ui.middleware.PageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPEND_SLASH = False

DATABASES = {"default": connection_settings(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
# Sentences are translated by kernel/language.py, from plain .po files.
USE_I18N = False

_jinja: dict[str, Any] = {}
if importlib.util.find_spec("tongban.channels.ui.environment"):
    _jinja["environment"] = "tongban.channels.ui.environment.environment"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": sorted(PACKAGE.glob("channels/*/templates")),
        "APP_DIRS": False,
        "OPTIONS": _jinja,
    }
]

STATIC_URL = "/static/"
# How many requests a minute one address may send to the interface, in each process.
API_REQUESTS_A_MINUTE = ENVIRONMENT.api_limit
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

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
MASTER_KEY = ENVIRONMENT.master_key
LEDGER_HEADS = ENVIRONMENT.ledger_heads
CLAMD = ENVIRONMENT.clamd
SMTP, MAIL_FROM = ENVIRONMENT.smtp, ENVIRONMENT.mail_from
SMS, SMS_SIGN = ENVIRONMENT.sms, ENVIRONMENT.sms_sign
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
SITE_ADDRESS = ENVIRONMENT.address
ROOT_URLCONF = "tongban.runtime.urls"
WSGI_APPLICATION = "tongban.runtime.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "tongban.foundation.packs",
    "tongban.foundation.government",
    "tongban.foundation.calendars",
    "tongban.foundation.ledger",
    "tongban.foundation.outbox",
    "tongban.foundation.trust",
    "tongban.foundation.attestation",
    "tongban.foundation.documents",
    "tongban.foundation.messages",
    "tongban.foundation.identity",
    "tongban.datahub.resources",
    "tongban.datahub.exchange",
    "tongban.datahub.subscriptions",
    "tongban.datahub.nodes",
    "tongban.services.catalogue",
    "tongban.services.bundles",
    "tongban.services.exemptions",
    "tongban.services.obtaining",
    "tongban.services.cases",
    "tongban.services.approvals",
    "tongban.oversight.ratings",
    "tongban.oversight.effectiveness",
    "tongban.services.licences",
    "tongban.services.disclosures",
    "tongban.channels.ui",
    "tongban.channels.portal",
    "tongban.channels.desk",
    "tongban.channels.datadesk",
    "tongban.channels.openapi",
    "tongban.demo",
]
MIDDLEWARE = [
    "tongban.channels.ui.middleware.PageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tongban.channels.ui.sessions.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPEND_SLASH = False

DATABASES = {"default": connection_settings(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Accounts: tongban/foundation/identity/accounts.py says what these words mean here.
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
DEMONSTRATION = ENVIRONMENT.demonstration
REAL_NAME_URL, REAL_NAME_KEY = ENVIRONMENT.real_name_url, ENVIRONMENT.real_name_key
BREACH_URL = ENVIRONMENT.breach_url
DEPARTMENT_DATABASES = ENVIRONMENT.department_databases
WEBHOOK_NETWORKS = ENVIRONMENT.webhook_networks
WEBHOOK_PORTS = ENVIRONMENT.webhook_ports
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
ACCOUNT_ADAPTER = "tongban.foundation.identity.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# All processes count together: the shared cache is a table (see CACHES).
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "code": "10/m/ip,3/5m/key,20/d/key",
    "real_name": "10/h/ip,5/h/key",
    "persona": "60/m/ip",
    "progress": "20/m/ip,10/10m/key",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "tongban.foundation.identity.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "通办"
MFA_TOTP_TOLERANCE = 1
IDP_OIDC_ADAPTER = "tongban.foundation.identity.signon.SignOnAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 12 * 60 * 60
IDP_OIDC_ROTATE_REFRESH_TOKEN = True
IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.behind_proxy
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tongban.channels.ui.errors.form_too_old"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "identity_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

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

"""Sign-on for departments' own systems: what allauth's OpenID provider asks of this installation."""

from __future__ import annotations

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


class SignOnAdapter(DefaultOIDCAdapter):
    """How tokens name people and who signs them."""

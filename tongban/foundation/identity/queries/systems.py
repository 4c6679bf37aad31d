"""Systems that are registered to sign on here: where they are called back, what they may ask, where they are told."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client

from tongban.foundation.identity.models import TokenGrant
from tongban.foundation.identity.types import System


def systems() -> tuple[System, ...]:
    """Return all registered systems by code."""
    return tuple(_system(row) for row in Client.objects.order_by("id")[:500])


def systems_of(account: uuid.UUID) -> tuple[System, ...]:
    """Return the systems that an account is signed on to."""
    codes = TokenGrant.objects.filter(account=account, revoked_at__isnull=True).values("client")
    return tuple(_system(row) for row in Client.objects.filter(id__in=codes).order_by("name"))


def origins_of_system(client_id: str) -> tuple[str, ...]:
    """Return the origins that a registered system is called back at; none for an unknown one."""
    client = Client.objects.filter(id=client_id[:100]).first()
    addresses = client.get_redirect_uris() if client else []
    return tuple({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses)})


def logout_address(client_id: str) -> str:
    """Return where a system wants to be told that somebody left; empty when it does not."""
    client = Client.objects.filter(id=client_id).first()
    return _told_at(client.data) if client else ""


def _system(row: Client) -> System:
    return System(
        code=row.id,
        name=row.name,
        addresses=tuple(row.get_redirect_uris()),
        scopes=tuple(row.get_scopes()),
        told_of_logout=_told_at(row.data),
        registered_at=row.created_at,
    )


def _told_at(data: Any) -> str:
    return str(((data or {}).get("client_metadata") or {}).get("backchannel_logout_uri") or "")

"""Systems of departments that sign on here (OpenID Connect): registered, never by themselves."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import transaction

from tongban.foundation.identity import rules
from tongban.foundation.identity.errors import SystemUnknown
from tongban.foundation.identity.models import TokenGrant
from tongban.foundation.identity.operations.staff import OPERATOR
from tongban.foundation.identity.queries.staff import staff_access
from tongban.foundation.identity.types import DATA_SCOPES, May
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import SYSTEM, Actor, Subject

CODE = re.compile(r"[a-z][a-z0-9-]{0,59}")
SCOPES = ("openid", "profile", "staff", *DATA_SCOPES)


@transaction.atomic
def register_system(
    *,
    code: str,
    name: str,
    redirect_uris: Iterable[str],
    after_logout: Iterable[str] = (),
    told_of_logout: str = "",
    scopes: Iterable[str] = ("openid", "profile"),
    by: Actor,
    at: dt.datetime,
) -> str:
    """Register a department's system and return its secret, which is shown this once.

    The system officer does this. Registering the same code again gives it a new secret. ``told_of_logout`` is its address for back-channel
    logout. A system that may read or write what is a person's asks that person each time. Raises Invalid for an
    address without https (this machine's own aside) and for an unknown scope.
    """
    from allauth.idp.oidc.models import Client

    check_may_keep_systems(by, at)
    _check_names(code, name)
    addresses, scopes = [*redirect_uris], [*scopes]
    for address in (*addresses, *after_logout, *filter(None, [told_of_logout])):
        _check_address(address)
    unknown = set(scopes) - set(SCOPES)
    if unknown or "openid" not in scopes or not addresses:
        raise Invalid(
            "scope-unknown",
            N_("登录范围只能是 {scopes}，而且要有 openid 和回调地址。"),
            scopes=", ".join(SCOPES),
        )
    client = Client.objects.filter(id=code).first() or Client(id=code)
    secret = secrets.token_urlsafe(32)
    client.name, client.type = name, Client.Type.CONFIDENTIAL
    client.skip_consent = not set(scopes) & set(DATA_SCOPES)
    client.set_secret(secret)
    client.set_redirect_uris(addresses)
    client.set_post_logout_redirect_uris([*after_logout])
    client.data["client_metadata"]["backchannel_logout_uri"] = told_of_logout
    client.set_scopes(scopes)
    client.set_default_scopes(["openid"])
    client.set_response_types(["code"])
    client.set_grant_types(["authorization_code", "refresh_token"])
    client.save()
    ledger.record(act="identity.system_registered", subject=Subject("system", code), by=by, at=at)
    return secret


@transaction.atomic
def remove_system(*, code: str, by: Actor, at: dt.datetime) -> None:
    """Strike a system off: all its tokens end, nobody signs on to it any more. The system officer does this."""
    from allauth.idp.oidc.models import Client

    check_may_keep_systems(by, at)
    client = Client.objects.filter(id=code).first()
    if client is None:
        raise SystemUnknown
    TokenGrant.objects.filter(client=code, revoked_at__isnull=True).update(revoked_at=at)
    client.delete()
    ledger.record(act="identity.system_removed", subject=Subject("system", code), by=by, at=at)


def check_may_keep_systems(by: Actor, at: dt.datetime) -> None:
    """Raise NotAllowed unless this is the system officer, or whoever works on the machine."""
    if by == SYSTEM or by.kind == OPERATOR:
        return
    access = staff_access(by.id, at=at) if by.kind == "staff" else None
    rules.check_may_manage_staff(access, May.SYSTEM_OFFICER, target="")


def _check_names(code: str, name: str) -> None:
    if not CODE.fullmatch(code):
        raise Invalid("system-code", N_("代码用小写字母开头，后面是小写字母、数字和连字符，最多 60 个。"))
    if not 0 < len(name.strip()) <= 100:
        raise Invalid("system-name", N_("写上系统的名称，最多 100 个字。"))


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")
    if not (parts.scheme == "https" or is_local) or not parts.hostname or parts.fragment or "*" in address:
        raise Invalid(
            "redirect-unsafe", N_("回调地址要用 https，写全，不含通配符：{address}"), address=address[:200]
        )

"""Systems of departments that sign on here (OpenID Connect): registered, never by themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import transaction

from tongban.foundation.identity.models import TokenGrant
from tongban.foundation.identity.types import Grant
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor, Subject

SCOPES = ("openid", "profile", "staff")


@transaction.atomic
def register_system(
    *,
    code: str,
    name: str,
    redirect_uris: Iterable[str],
    after_logout: Iterable[str] = (),
    scopes: Iterable[str] = ("openid", "profile"),
    by: Actor,
    at: dt.datetime,
) -> str:
    """Register a department's system and return its secret, which is shown this once.

    Registering the same code again gives it a new secret. Raises Invalid for an address without https
    (this machine's own aside) and for an unknown scope.
    """
    from allauth.idp.oidc.models import Client

    addresses, scopes = [*redirect_uris], [*scopes]
    for address in (*addresses, *after_logout):
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
    client.name, client.type, client.skip_consent = name, Client.Type.CONFIDENTIAL, True
    client.set_secret(secret)
    client.set_redirect_uris(addresses)
    client.set_post_logout_redirect_uris([*after_logout])
    client.set_scopes(scopes)
    client.set_default_scopes(["openid"])
    client.set_response_types(["code"])
    client.set_grant_types(["authorization_code", "refresh_token"])
    client.save()
    ledger.record(act="identity.system_registered", subject=Subject("system", code), by=by, at=at)
    return secret


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1")
    if not (parts.scheme == "https" or is_local) or not parts.hostname or parts.fragment or "*" in address:
        raise Invalid(
            "redirect-unsafe", N_("回调地址要用 https，写全，不含通配符：{address}"), address=address[:200]
        )


@transaction.atomic
def record_tokens(*, family: uuid.UUID, access: str, refresh: str, by: Actor, at: dt.datetime) -> None:
    """Write down that tokens were issued, as digests, in the family of the sign-on they come from."""
    from allauth.idp.oidc.models import Token

    hashed = _digest(refresh) if refresh else ""
    row = Token.objects.filter(hash=_digest(access)).first()
    TokenGrant.objects.create(
        family=family,
        client=row.client_id if row else by.id,
        account_id=row.user_id if row else None,
        refresh_hash=hashed or f"none-{uuid.uuid4()}",
        access_hash=_digest(access),
        issued_at=at,
    )
    subject = Subject("account", str(row.user_id) if row else "")
    client = row.client_id if row else by.id
    ledger.record(act="identity.signed_on", subject=subject, by=by, at=at, detail={"system": client})


@transaction.atomic
def take_refresh_token(*, token: str, by: Actor, at: dt.datetime) -> Grant | None:
    """Return the issue that a refresh token is from, locked until the transaction ends; None for an unknown one."""
    row = TokenGrant.objects.select_for_update().filter(refresh_hash=_digest(token)).first()
    if row is None:
        return None
    return Grant(row.id, row.family, row.spent_at is not None or row.revoked_at is not None)


@transaction.atomic
def spend_refresh_token(*, grant: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Write down that a refresh token was exchanged: whoever shows it again has stolen it, or was stolen from."""
    TokenGrant.objects.filter(id=grant).update(spent_at=at)


@transaction.atomic
def end_token_family(*, family: uuid.UUID, by: Actor, at: dt.datetime) -> int:
    """End all tokens of one sign-on, because one of them was used twice; return how many there were."""
    from allauth.idp.oidc.models import Token

    rows = list(TokenGrant.objects.select_for_update().filter(family=family))
    digests = [digest for row in rows for digest in (row.refresh_hash, row.access_hash)]
    gone, _ = Token.objects.filter(hash__in=digests).delete()
    TokenGrant.objects.filter(family=family, revoked_at__isnull=True).update(revoked_at=at)
    if rows:
        subject = Subject("account", str(rows[0].account_id))
        detail = {"system": rows[0].client, "tokens": gone}
        ledger.record(act="identity.token_reuse", subject=subject, by=by, at=at, detail=detail)
    return gone


def _digest(token: str) -> str:
    """Return the digest under which allauth keeps a token."""
    return hashlib.sha256(token.encode()).hexdigest()

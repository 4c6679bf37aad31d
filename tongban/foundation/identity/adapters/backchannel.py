"""Telling a registered system that somebody has left (OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.5)."""

from __future__ import annotations

import datetime as dt
import uuid

import requests

TIMEOUT = 5.0
LASTS = dt.timedelta(minutes=2)
HAPPENED = "http://schemas.openid.net/event/backchannel-logout"


class SystemAway(Exception):
    """The system did not take the message; the outbox tries again."""


def logout_token(*, pem: str, issuer: str, client: str, sub: str, at: dt.datetime) -> str:
    """Return the signed token that says who has left; it names no session, so the system ends all of theirs."""
    import jwt
    from allauth.core.internal import jwkkit

    known, key = jwkkit.load_jwk_from_pem(pem)
    claims = {
        "iss": issuer, "aud": client, "sub": sub, "jti": uuid.uuid4().hex,
        "iat": int(at.timestamp()), "exp": int((at + LASTS).timestamp()), "events": {HAPPENED: {}},
    }  # fmt: skip
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": known["kid"], "typ": "logout+jwt"})


def tell(address: str, token: str) -> None:
    """Hand the token to the system; raise SystemAway unless it takes it."""
    try:
        answer = requests.post(
            address, data={"logout_token": token}, timeout=TIMEOUT, allow_redirects=False,
            headers={"Cache-Control": "no-store"},
        )  # fmt: skip
    except requests.RequestException as error:
        raise SystemAway(type(error).__name__) from None
    if answer.status_code not in (200, 204):
        raise SystemAway(str(answer.status_code))

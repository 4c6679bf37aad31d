"""The keys that sign what other systems are told: made here, encrypted, changed once a year."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.foundation.identity.models import SignOnKey
from tongban.foundation.identity.sealing import seal
from tongban.foundation.identity.unsealing import SECRET, unseal
from tongban.kernel import clock

KEY_LASTS = dt.timedelta(days=365)
KEY_SIGNS = dt.timedelta(days=330)
"""After this a new key signs; the old one is published until it ends, for tokens that are under way."""


def signing_key() -> str:
    """Return the private key that signs now, as PEM."""
    return signing_keys(at=clock.now())[0][1]


def signing_keys(*, at: dt.datetime) -> list[tuple[SignOnKey, str]]:
    """Return the keys that sign or have signed, with their PEM, the newest first; the first time, one is made."""
    rows = list(SignOnKey.objects.filter(ends_at__gt=at).order_by("-made_at"))
    if not rows or at - rows[0].made_at > KEY_SIGNS:
        rows.insert(0, _make_key(at))
    return [(row, unseal(SECRET, row.sealed)["pem"]) for row in rows]


@transaction.atomic
def _make_key(at: dt.datetime) -> SignOnKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return SignOnKey.objects.create(sealed=seal(SECRET, {"pem": pem}), made_at=at, ends_at=at + KEY_LASTS)

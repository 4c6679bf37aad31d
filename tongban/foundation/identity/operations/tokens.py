"""Tokens of systems that sign on here: remembered as digests in families, spent once, ended together."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from django.db import transaction

from tongban.foundation.identity.events import SystemSignedOut
from tongban.foundation.identity.models import PairwiseSubject, TokenGrant
from tongban.foundation.identity.types import Grant
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Actor, Subject


@transaction.atomic
def record_tokens(
    *,
    family: uuid.UUID,
    access: str,
    refresh: str,
    party: Subject | None = None,
    issuer: str = "",
    by: Actor,
    at: dt.datetime,
) -> None:
    """Write down that tokens were issued, as digests, in the family of the sign-on they come from.

    Args: ``party`` is for whom the person lets the system act (None: for themselves); ``issuer`` is our address.
    """
    from allauth.idp.oidc.models import Token

    row = Token.objects.filter(hash=_digest(access)).first()
    client = row.client_id if row else by.id
    TokenGrant.objects.create(
        family=family,
        client=client,
        account_id=row.user_id if row else None,
        refresh_hash=_digest(refresh) if refresh else f"none-{uuid.uuid4()}",
        access_hash=_digest(access),
        issuer=issuer[:200],
        party_kind=party.kind if party else "",
        party_id=party.id if party else "",
        issued_at=at,
    )
    subject = Subject("account", str(row.user_id) if row else "")
    ledger.record(act="identity.signed_on", subject=subject, by=by, at=at, detail={"system": client})


@transaction.atomic
def take_refresh_token(*, token: str, by: Actor, at: dt.datetime) -> Grant | None:
    """Return the issue that a refresh token is from, locked until the transaction ends; None for an unknown one."""
    row = TokenGrant.objects.select_for_update().filter(refresh_hash=_digest(token)).first()
    if row is None:
        return None
    party = Subject(row.party_kind, row.party_id) if row.party_kind else None
    return Grant(row.id, row.family, row.spent_at is not None or row.revoked_at is not None, party)


@transaction.atomic
def spend_refresh_token(*, grant: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Write down that a refresh token was exchanged: whoever shows it again has stolen it, or was stolen from."""
    TokenGrant.objects.filter(id=grant).update(spent_at=at)


@transaction.atomic
def end_token_family(*, family: uuid.UUID, by: Actor, at: dt.datetime) -> int:
    """End all tokens of one sign-on, because one of them was used twice; return how many there were."""
    rows = list(TokenGrant.objects.select_for_update().filter(family=family))
    gone = _end(rows, at)
    if rows:
        subject = Subject("account", str(rows[0].account_id))
        detail = {"system": rows[0].client, "tokens": gone}
        ledger.record(act="identity.token_reuse", subject=subject, by=by, at=at, detail=detail)
    return gone


@transaction.atomic
def leave_systems(*, account: uuid.UUID, client: str | None = None, by: Actor, at: dt.datetime) -> int:
    """End an account's tokens in one system or in all, tell each system so, and return how many tokens there were."""
    standing = TokenGrant.objects.select_for_update().filter(account=account, revoked_at__isnull=True)
    rows = list(standing.filter(client=client) if client else standing)
    gone = _end(rows, at)
    for system, issuer in sorted({(row.client, row.issuer) for row in rows}):
        name = PairwiseSubject.objects.filter(client=system, account=account).first()
        if name:
            outbox.publish(SystemSignedOut(system, name.sub, issuer), at=at)
        subject, detail = Subject("account", str(account)), {"system": system}
        ledger.record(act="identity.signed_off", subject=subject, by=by, at=at, detail=detail)
    return gone


def _end(rows: list[TokenGrant], at: dt.datetime) -> int:
    from allauth.idp.oidc.models import Token

    digests = [digest for row in rows for digest in (row.refresh_hash, row.access_hash)]
    gone, _ = Token.objects.filter(hash__in=digests).delete()
    ids = [row.id for row in rows if row.revoked_at is None]
    TokenGrant.objects.filter(id__in=ids).update(revoked_at=at)
    return gone


def _digest(token: str) -> str:
    """Return the digest under which allauth keeps a token."""
    return hashlib.sha256(token.encode()).hexdigest()

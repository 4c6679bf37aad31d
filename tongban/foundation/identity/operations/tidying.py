"""What is over is forgotten: ended sessions, old codes and forms, spent tokens. The ledger remembers the acts."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.foundation.identity.models import KeptForm, SignInCode, TokenGrant, Unmasking
from tongban.foundation.identity.queries.accounts import KEPT_FOR
from tongban.foundation.outbox import operations as outbox

TIMER = "identity.tidy"
EVERY = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def tidy(*, at: dt.datetime) -> int:
    """Forget what nobody can use any more, and return how many rows that were."""
    from allauth.idp.oidc.models import Token
    from django.contrib.sessions.models import Session

    rows = (
        Session.objects.filter(expire_date__lt=at),
        SignInCode.objects.filter(expires_at__lt=at - DAY),
        KeptForm.objects.filter(kept_at__lt=at - KEPT_FOR),
        Unmasking.objects.filter(until__lt=at - DAY),
        Token.objects.filter(expires_at__lt=at - DAY),
        # A family is remembered a day longer than its last token can live, for whoever shows an old one.
        TokenGrant.objects.filter(issued_at__lt=at - 2 * DAY),
    )
    return sum(one.delete()[0] for one in rows)


def tidy_by_timer(payload: object, *, at: dt.datetime) -> None:
    """Tidy, and set the timer for the next time."""
    tidy(at=at)
    plan_tidying(at=at)


def plan_tidying(*, at: dt.datetime) -> None:
    """Set the timer; the same timer set again is one timer."""
    with transaction.atomic():
        outbox.schedule(TIMER, at + EVERY, {}, key=TIMER)

"""“Check it yourself”: the head of the ledger that one saw before is held against today's, by a consistency proof.

What one saw is kept in a signed cookie of one's own browser, not here: a ledger that was written anew would forget it with
everything else. One may also type a head that one noted down.
"""

from __future__ import annotations

import re

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.views.account import show
from tongban.channels.ui.access import person
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.attestation.types import SignedHead
from tongban.services.disclosures import queries
from tongban.services.disclosures.types import Seen

COOKIE, SALT = "tb_head", "tongban.my-data.head"
KEPT_SECONDS = 3 * 366 * 86400
HEAD = re.compile(r"\s*([1-9][0-9]{0,17})\s*[:：]\s*([0-9a-fA-F]{64})\s*")


@person
def check(request: HttpRequest) -> HttpResponse:
    """Hold the ledger of today against the head that one saw, or that one types; keep today's."""
    typed = request.GET.get("head", "")[:200]
    before = _read(typed) if typed else seen(request)
    found, now = queries.compared(before) if before else None, attestation.latest_head()
    answer = show(
        request, "portal/my_data_check.html", typed=typed, is_wrong=bool(typed) and before is None, before=before,
        found=found, now=now,
    )  # fmt: skip
    return remember(request, answer, now)


def seen(request: HttpRequest) -> Seen | None:
    """Return the head that this browser has kept; None when it has none, or one that we did not sign."""
    try:
        return _read(request.get_signed_cookie(COOKIE, default="", salt=SALT))
    except BadSignature:
        return None


def remember(request: HttpRequest, answer: HttpResponse, head: SignedHead | None) -> HttpResponse:
    """Have the browser keep a head where it has none: the oldest one seen says most."""
    return keep(answer, head) if head and seen(request) is None else answer


def keep(answer: HttpResponse, head: SignedHead) -> HttpResponse:
    """Have the browser keep a head."""
    text = f"{head.head.size}:{head.head.root.hex()}"
    answer.set_signed_cookie(
        COOKIE, text, salt=SALT, max_age=KEPT_SECONDS, httponly=True, samesite="Lax", path="/"
    )
    return answer


def _read(text: str | None) -> Seen | None:
    found = HEAD.fullmatch(text or "")
    return Seen(int(found[1]), found[2].lower()) if found else None

"""How long a key counts: a certificate says so, another one has a last day; and when the end is told. Pure."""

from __future__ import annotations

import datetime as dt

from cryptography import x509

from tongban.datahub.exchange.errors import BadCertificate, BadLastDay
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.law import law

LASTS = dt.timedelta(days=730)
"""Two years from its registration: the longest, and what is taken where nothing is said. A reading: the law wants safe
keys (GB/T 39786 has them end and be replaced) and names no figure."""
TOLD_BEFORE = (dt.timedelta(days=30), dt.timedelta(days=7))
"""Before the end of its last day: a month to put another key beside it, and a week for who has forgotten."""


@law(
    "exchange-key-ends",
    basis="数据安全法 27；网络数据安全管理条例 9",
    says="A system's key counts until a last day, at most two years after it was registered; another one is put "
    "beside it before",
)
def ends_at(registered_at: dt.datetime, last: dt.date | None = None) -> dt.datetime:
    """Return the moment at which a key counts no more: the end of its last day, or of the longest it may have.

    Raises BadLastDay for a day before it was registered, or after the longest.
    """
    first, longest = registered_at.astimezone(SHANGHAI).date(), longest_day(registered_at)
    if last is not None and not first <= last <= longest:
        raise BadLastDay(first, longest)
    day = last or longest
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, SHANGHAI)


def longest_day(registered_at: dt.datetime) -> dt.date:
    """Return the latest day that may be a key's last."""
    return registered_at.astimezone(SHANGHAI).date() + LASTS


def dates_of(certificate: bytes) -> dict[str, dt.datetime]:
    """Return from when until when a certificate (X.509, DER) counts; raise BadCertificate."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        return {"valid_from": read.not_valid_before_utc, "valid_until": read.not_valid_after_utc}
    except ValueError:
        raise BadCertificate from None


def next_telling(until: dt.datetime, at: dt.datetime) -> dt.datetime | None:
    """Return the next moment after ``at`` at which the end of a key is told; None when it was told for the last time."""
    return next((until - before for before in TOLD_BEFORE if until - before > at), None)

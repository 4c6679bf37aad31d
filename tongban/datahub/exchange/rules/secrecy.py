"""Calls that the law keeps from the person they are about: by which law, how long, who confirms more. Pure."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.resources.types import LegalBasis
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.law import law

LAWS = {
    "criminal-procedure": LegalBasis(law="刑事诉讼法", article="152", sure="K"),
    "supervision": LegalBasis(law="监察法", article="18", sure="K"),
    "counter-terrorism": LegalBasis(law="反恐怖主义法", article="48", sure="K"),
    "emergency": LegalBasis(law="个人信息保护法", article="18", sure="R"),
    "duty-hindered": LegalBasis(law="个人信息保护法", article="35", sure="R"),
}
"""By which law a call may be kept from the person, and how sure we are of the article."""
LONGEST_DAYS = 180
"""Days of secrecy without a supervisor. No law names any: the city's own rule."""


@law("exchange-secret-by-law", basis="个人信息保护法 18、35、45", says="A call is kept from the person only by a law that is "
     "named, with a reason, until a day; after 180 days a supervisor has to confirm each further 180")  # fmt: skip
def check_keep(basis: str, reason: str, until: dt.date, today: dt.date) -> None:
    """Raise Invalid unless a law that allows it, a reason and a day within the longest period are named."""
    if basis not in LAWS:
        raise Invalid("secrecy-law", N_("要写明哪部法律准许对本人保密。"))
    check_reason(reason)
    check_until(until, today, longest_from(today))


def check_reason(reason: str) -> None:
    """Raise Invalid without a reason."""
    if len(reason.strip()) < 4:
        raise Invalid("secrecy-reason", N_("要写明为什么保密，至少四个字。"))


def check_until(until: dt.date, today: dt.date, most: dt.date) -> None:
    """Raise Invalid for a day that is over, or for one that no supervisor has confirmed."""
    if until < today:
        raise Invalid("secrecy-past", N_("截止日期 {until} 已经过去。"), until=until.isoformat())
    if until > most:
        raise Invalid(
            "secrecy-too-long", N_("最多保密到 {most}，再长要由监督部门确认。"), most=most.isoformat()
        )


def check_extend(until: dt.date, before: dt.date, reason: str, today: dt.date, most: dt.date) -> None:
    """Raise Invalid unless a running secrecy gets a later day within what is confirmed, with a reason."""
    check_reason(reason)
    check_until(until, today, most)
    if until <= before:
        raise Invalid("secrecy-not-later", N_("延长后的日期要晚于 {before}。"), before=before.isoformat())


def check_runs(ended_on: dt.date | None, until: dt.date, today: dt.date) -> None:
    """Raise Conflict where a secrecy is over: what the person could see once is never taken away again."""
    if ended_on is not None or until < today:
        raise Conflict("secrecy-over", N_("保密已经结束，本人已经可以看到，不能再改。"))


def longest_from(day: dt.date) -> dt.date:
    """Return the last day of the longest period from a day."""
    return day + dt.timedelta(days=LONGEST_DAYS)

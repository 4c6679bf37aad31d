"""How limits, stops and days are written on a command line or in a form: ``20wd``, ``A..B=hearing``. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from tongban.foundation.calendars.types import Limit, Procedure, Stop, Unit
from tongban.kernel.errors import N_, Invalid

_LIMIT = re.compile(r"^(\d{1,5})\s*(wd|d|m|y)$")

MSG_LIMIT = N_("看不懂期限“{text}”。请写成 20wd（工作日）、60d（自然日）、3m（月）或 1y（年）。")
MSG_MOMENT = N_("看不懂时间“{text}”。请写成 2026-02-10 或 2026-02-10T17:50，可带时区，如 +08:00。")
MSG_DAY = N_("看不懂日期“{text}”，或者没有这一天。请写成 2026-02-10。")
MSG_STOP = N_(
    "看不懂停钟“{text}”。请写成 2026-03-01..2026-03-05，可加程序，如 =hearing；仍在停钟写成 2026-03-01..。"
)
MSG_PROCEDURE = N_("“{text}”不是可以停钟的程序（行政许可法第四十五条）。可用：{known}。")


def parse_limit(text: str, party: bool = False) -> Limit:
    """Return the limit written as number and unit; raise Invalid with an example otherwise."""
    match = _LIMIT.match(_narrow(text).lower())
    if not match:
        raise Invalid("limit-unreadable", MSG_LIMIT, text=text[:80])
    return Limit(int(match[1]), Unit(match[2]), party)


def parse_moment(text: str) -> dt.datetime | dt.date:
    """Return a date, or a moment with or without an offset; raise Invalid otherwise."""
    narrow = _narrow(text)
    try:
        return dt.date.fromisoformat(narrow) if len(narrow) <= 10 else dt.datetime.fromisoformat(narrow)
    except ValueError:
        raise Invalid("moment-unreadable", MSG_MOMENT, text=text[:80]) from None


def parse_day(text: str) -> dt.date:
    """Return a date that exists; raise Invalid otherwise."""
    try:
        return dt.date.fromisoformat(_narrow(text))
    except ValueError:
        raise Invalid("day-unreadable", MSG_DAY, text=text[:80]) from None


def parse_stop(text: str) -> Stop:
    """Return a stop ``FIRST..LAST[=PROCEDURE]``; without a name, a lawful procedure with notice is meant."""
    period, _, name = _narrow(text).partition("=")
    first, dots, last = period.partition("..")
    if not dots or not first:
        raise Invalid("stop-unreadable", MSG_STOP, text=text[:80])
    return Stop(parse_day(first), parse_day(last) if last else None, _procedure(name or "hearing"))


def _procedure(name: str) -> Procedure:
    try:
        return Procedure(name)
    except ValueError:
        known = ", ".join(Procedure)
        raise Invalid("procedure-unknown", MSG_PROCEDURE, text=name[:80], known=known) from None


def _narrow(text: str) -> str:
    """Return the text with full-width digits and letters made narrow."""
    return unicodedata.normalize("NFKC", text).strip()

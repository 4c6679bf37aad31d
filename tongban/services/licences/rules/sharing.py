"""Showing a licence to somebody for a while: for what, how long, by what code."""

from __future__ import annotations

import datetime as dt
import secrets

from tongban.kernel.errors import N_, Invalid
from tongban.services.licences.rules.numbers import CODE_ALPHABET

LENGTH = 10
"""Signs of a code: 50 bits, of use for a week at most and at thirty tries a minute."""
MINUTES = (10, 60, 24 * 60, 7 * 24 * 60)
LONGEST = 100
PURPOSE = "licences.sharing"


def new_code() -> str:
    """Return a code in two halves, as it is read out: 7KQ2M-X9PRT."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(LENGTH))
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def plain(code: str) -> str:
    """Return what was typed as a code, without spaces and strokes, in capitals."""
    return "".join(sign for sign in code.upper() if sign.isalnum())[:40]


def check(purpose: str, minutes: int) -> str:
    """Return the purpose as it is shown; raise Invalid for none, a long one, or a time that is not offered."""
    said = " ".join(purpose.split())
    if not said or len(said) > LONGEST:
        raise Invalid(
            "licence-sharing-purpose", N_("请写明给谁看、做什么用，最多 {most} 个字。"), most=LONGEST
        )
    if minutes not in MINUTES:
        raise Invalid("licence-sharing-time", N_("请从列出的时间里选一个。"))
    return said


def ends_at(made_at: dt.datetime, minutes: int) -> dt.datetime:
    """Return the moment from which on the code shows nothing."""
    return made_at + dt.timedelta(minutes=minutes)

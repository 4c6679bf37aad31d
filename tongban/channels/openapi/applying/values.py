"""Values of a form as JSON: of the kind that the data element is, never guessed from another."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

from tongban.kernel.errors import N_, Invalid
from tongban.services.catalogue.types import DataElement

MSG_NUMBER = N_("“{name}”要写数字，比如 80 或者 80.5。")
MSG_DATE = N_("“{name}”要写成年-月-日，比如 2026-03-01。")
MSG_PHONE = N_("“{name}”要写 11 位手机号，或者带区号的电话。")
MSG_FLAG = N_("“{name}”只能是 true 或者 false。")
MSG_TEXT = N_("“{name}”要用文字。")
MSG_ACTUAL = N_("请写下实际是什么。")
PHONE = re.compile(r"\+?[0-9][0-9\- ]{5,19}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST = 10**12


def read(element: DataElement | None, value: Any) -> Any:
    """Return a value that was sent; raise Invalid when it is not of its element's kind."""
    if element is None or value is None or value == "":
        return value  # what the form does not have is refused by the case itself
    if element.kind == "number" and not _is_number(value):
        raise _wrong("value-not-a-number", MSG_NUMBER, element)
    if element.kind == "boolean" and not isinstance(value, bool):
        raise _wrong("value-not-a-boolean", MSG_FLAG, element)
    if element.kind in ("number", "boolean"):
        return value
    if not isinstance(value, str):
        raise _wrong("value-not-text", MSG_TEXT, element)
    if element.kind == "date" and not _is_date(value):
        raise _wrong("value-not-a-date", MSG_DATE, element)
    if element.kind == "phone" and not PHONE.fullmatch(value):
        raise _wrong("value-not-a-phone", MSG_PHONE, element)
    return value


def needed(element: DataElement | None, value: Any) -> Any:
    """Return a value that was sent; raise Invalid also when it is empty."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Invalid("dispute-empty", MSG_ACTUAL)
    return read(element, value)


def shown(value: Any) -> Any:
    """Return a value for its applicant; what a register keeps for the office only is left out."""
    return value.partition(" #")[0] if isinstance(value, str) else value


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and abs(value) < LARGEST
    )


def _is_date(value: str) -> bool:
    try:
        return bool(DATE.fullmatch(value)) and dt.date.fromisoformat(value) is not None
    except ValueError:
        return False


def _wrong(code: str, sentence: str, element: DataElement) -> Invalid:
    return Invalid(code, sentence, name=element.name)

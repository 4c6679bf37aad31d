"""What was typed into a form about a matter: text into a value of its data element, and back into words."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from tongban.kernel.errors import N_, Invalid
from tongban.services.catalogue.types import DataElement

LONGEST = 2000
MSG_NUMBER = N_("“{name}”要写数字，比如 80 或者 80.5。")
MSG_DATE = N_("“{name}”要写成年-月-日，比如 2026-03-01。")
MSG_PHONE = N_("“{name}”要写 11 位手机号，或者带区号的电话。")
MSG_LONG = N_("“{name}”太长了，请写在 {most} 个字以内。")
MSG_MAIL = N_("“{name}”不像一个电子邮箱，比如 name@example.com。")
MSG_CHOICE = N_("“{name}”请从列出的里面选一个。")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufeff\ud800-\udfff]")
NUMBER = re.compile(r"[-+]?[0-9]{1,12}(\.[0-9]{1,6})?")
PHONE = re.compile(r"\+?[0-9][0-9\- ]{5,19}")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
YES, NO = "yes", "no"


def read(element: DataElement, text: str) -> Any:
    """Return the value that was typed, None for nothing; raise Invalid with a sentence that says how to mend it."""
    clean = CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()
    if not clean:
        return None
    if len(clean) > LONGEST:
        raise _wrong("typed-too-long", MSG_LONG, element, most=LONGEST)
    if element.kind == "boolean":
        return {YES: True, NO: False}.get(clean)
    if element.kind == "number":
        return _number(element, clean)
    if element.kind == "date":
        return _date(element, clean)
    if element.choices and clean not in element.choices:
        raise _wrong("typed-not-a-choice", MSG_CHOICE, element)
    if element.kind == "phone" and not PHONE.fullmatch(_narrow(clean)):
        raise _wrong("typed-not-a-phone", MSG_PHONE, element)
    if element.code.endswith("-email") and not MAIL.fullmatch(clean):
        raise _wrong("typed-not-a-mail", MSG_MAIL, element)
    return _narrow(clean) if element.kind == "phone" else clean


def _number(element: DataElement, text: str) -> int | float:
    plain = _narrow(text).replace(",", "").replace(" ", "")
    if not NUMBER.fullmatch(plain):
        raise _wrong("typed-not-a-number", MSG_NUMBER, element)
    return float(plain) if "." in plain else int(plain)


def _date(element: DataElement, text: str) -> str:
    parts = re.findall(r"[0-9]+", _narrow(text))
    parts = (
        parts if len(parts) == 3 else [parts[0][:4], parts[0][4:6], parts[0][6:]] if _is_packed(parts) else []
    )
    try:
        return dt.date(*(int(part) for part in parts)).isoformat()
    except (TypeError, ValueError):
        raise _wrong("typed-not-a-date", MSG_DATE, element) from None


def _is_packed(parts: list[str]) -> bool:
    return len(parts) == 1 and len(parts[0]) == 8


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _wrong(code: str, sentence: str, element: DataElement, **values: object) -> Invalid:
    return Invalid(code, sentence, name=element.name, **values)


def shown(value: Any) -> str:
    """Return a value as a form's field holds it; what a register keeps for the office only is left out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.partition(" #")[0]

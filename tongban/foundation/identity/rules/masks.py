"""What is shown of a name, a number, a phone and a mail address: enough for their owner to know them again."""

from __future__ import annotations

import re

STAR = "*"
PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])([1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9}|[\w.]+@[\w.]+\.\w+)(?![0-9A-Za-z])"
)


def mask_name(name: str) -> str:
    """Return the name with all but its last sign hidden, as officials write it: 王小明 → **明."""
    return STAR * max(1, len(name) - 1) + name[-1:] if name else ""


def mask_number(number: str) -> str:
    """Return an identity number with only its first three and last two signs."""
    if len(number) < 8:
        return STAR * len(number)
    return number[:3] + STAR * (len(number) - 5) + number[-2:]


def mask_phone(phone: str) -> str:
    """Return a phone number with only its first three and last two digits."""
    return phone[:3] + STAR * (len(phone) - 5) + phone[-2:] if len(phone) >= 8 else STAR * len(phone)


def mask_mail(mail: str) -> str:
    """Return a mail address with only the first sign of its name: n***@example.org."""
    name, at, host = mail.partition("@")
    return f"{name[:1]}***{at}{host}" if at else STAR * len(mail)


def mask_within(text: str) -> str:
    """Return a text of any kind with each identity number, mobile number and mail address in it masked."""
    return PERSONAL.sub(lambda found: mask_mail(found[0]) if "@" in found[0] else mask_number(found[0]), text)

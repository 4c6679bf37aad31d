"""Chinese names in the order of their sound: PostgreSQL here has no ICU, so the order is a stored key."""

from __future__ import annotations

LENGTH = 40  # characters that decide the order; the key stays under 400


def order_key(name: str) -> str:
    """Return a key that sorts as the name sounds: its syllables with spaces between, lower case."""
    from pypinyin import lazy_pinyin  # slow to import, and most commands never sort anything

    return " ".join(lazy_pinyin(name[:LENGTH])).lower()[:400]

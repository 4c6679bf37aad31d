"""Locking and unlocking bytes for a purpose with this installation's keys."""

from __future__ import annotations

from tongban.foundation.trust import keys, rules
from tongban.foundation.trust.errors import CannotDecrypt


def lock(purpose: str, data: bytes) -> bytes:
    """Return data encrypted with the purpose's current key."""
    key = keys.current(purpose)
    return rules.lock(key.suite, key.number, key.secret, purpose, data)


def unlock(purpose: str, blob: bytes) -> bytes:
    """Return the data; raise CannotDecrypt when it was changed or belongs to another purpose."""
    try:
        parts = rules.take_apart(blob)
        key = keys.numbered(parts.key)
        if key.suite.number != parts.suite.number:  # not “is”: threads that start together may make two
            raise ValueError("suite")
        return rules.unlock(parts, key.secret, purpose)
    except ValueError:
        raise CannotDecrypt(purpose) from None

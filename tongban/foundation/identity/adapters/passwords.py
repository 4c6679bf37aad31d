"""Which passwords have leaked: a bundled list, and a range service that never learns the password."""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path

from tongban.foundation.identity.adapters import BreachedPasswords

log = logging.getLogger(__name__)
HERE = Path(__file__).parent / "leaked.txt"
TIMEOUT = 2.0
PREFIX = 5


@cache
def bundled() -> frozenset[str]:
    """Return the passwords of the bundled lists: Django's 20,000 most common ones, and what is common in Chinese."""
    from django.contrib.auth.password_validation import CommonPasswordValidator

    ours = {
        line.strip() for line in HERE.read_text("utf-8").splitlines() if line and not line.startswith("#")
    }
    return frozenset(CommonPasswordValidator().passwords) | ours


class BundledList:
    """The lists that come with the program; they need no network."""

    def seen(self, password: str) -> int:
        """Return 1 when the password, or what it is with its digits and signs at the end taken off, is listed."""
        plain = password.lower()
        stem = plain.rstrip("0123456789!@#$%^&*._-")
        listed = bundled()
        return int(plain in listed or (len(stem) >= 6 and stem in listed))


class RangeService:
    """A service that is told the first five signs of a SHA-1 and answers with all that begin so (k-anonymity).

    The format is that of the public “range” interfaces: one ``SUFFIX:COUNT`` a line. When it does not answer,
    the bundled list decides: a network that is away must not keep people from choosing a password.
    """

    def __init__(self, url: str, bundled_list: BreachedPasswords) -> None:
        self.url, self.bundled_list = url, bundled_list

    def seen(self, password: str) -> int:
        """Return how often the password was seen in breaches."""
        known = self.bundled_list.seen(password)
        return known or self._asked(password)

    def _asked(self, password: str) -> int:
        import requests

        # SHA-1 because the interface is defined so; it protects nothing here.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            answer = requests.get(
                f"{self.url}/{digest[:PREFIX]}", timeout=TIMEOUT, headers={"Add-Padding": "true"}
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            log.warning("the list of breached passwords did not answer: %s", type(error).__name__)
            return 0
        lines = (line.partition(":") for line in answer.text.splitlines())
        return next((_count(count) for suffix, _, count in lines if suffix.strip() == digest[PREFIX:]), 0)


def _count(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0

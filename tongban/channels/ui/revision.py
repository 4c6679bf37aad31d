"""Which revision of the pack this process shows: asked from the database at most once a second."""

from __future__ import annotations

import threading
import time

from django.db import Error as DatabaseError

from tongban.foundation.packs import queries as packs

EVERY = 1.0
"""Seconds after which the number is asked for again."""


class _Seen:
    number = 0
    until = 0.0


_lock = threading.Lock()


def current() -> int:
    """Return the number of the published revision, at most a second old.

    While the database is away the last number known goes on, so that kept pages are still shown; raise
    what the database raises when none is known yet.
    """
    if time.monotonic() >= _Seen.until:
        with _lock:
            if time.monotonic() >= _Seen.until:
                _look()
    return _Seen.number


def _look() -> None:
    try:
        _Seen.number = packs.current_number()
    except DatabaseError:
        if not _Seen.number:
            raise
    _Seen.until = time.monotonic() + EVERY


def forget() -> None:
    """Ask again at the next page (tests; after a load in the same process)."""
    _Seen.until = 0.0

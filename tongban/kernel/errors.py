"""The four kinds of failure. Channels turn them into status codes in one place.

The sentence is the message catalogue's key: Simplified Chinese, with ``{named}`` places, so that each
channel can speak its reader's language: ``translate(error.sentence).format(**error.values)``.
"""

from __future__ import annotations


def N_(sentence: str) -> str:
    """Mark a sentence for translation and return it unchanged."""
    return sentence


class Failure(Exception):
    """A failure that a person can read. ``code`` is stable and machine-readable."""

    status = 500

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        self.code = code
        self.sentence = sentence
        self.values = values
        super().__init__(sentence.format(**values))


class NotFound(Failure):
    """What was asked for does not exist, or may not be known to exist."""

    status = 404


class NotAllowed(Failure):
    """This actor may not do this."""

    status = 403


class Conflict(Failure):
    """Allowed in general, not in the present state."""

    status = 409


class Invalid(Failure):
    """What was sent can not be understood or breaks a rule."""

    status = 422

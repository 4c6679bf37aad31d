"""When a delivery is tried again, how an address is shown, what a text may be. Pure."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.foundation.messages.types import Channel, Template
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.language import LANGUAGES, translate
from tongban.kernel.law import law

PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
LONGEST_TITLE = 200
MORNING, EVENING = dt.time(8), dt.time(21)
"""Between them a telephone may ring for news: the city's own rule, no law sets the hours."""

Texts = dict[str, dict[str, str]]


def next_attempt(attempts: int, at: dt.datetime) -> dt.datetime | None:
    """Return when to try again after so many failures, for two days in all; None: no more."""
    return at + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def first_attempt(channel: Channel, at: dt.datetime, *, is_secret: bool) -> dt.datetime:
    """Return when to send first: at once, but news by text message wait for the morning; a code never waits."""
    local = at.astimezone(SHANGHAI)
    if channel is not Channel.SMS or is_secret or MORNING <= local.time() < EVENING:
        return at
    day = local.date() + dt.timedelta(days=local.time() >= EVENING)
    return dt.datetime.combine(day, MORNING, SHANGHAI)


def texts(template: Template, values: dict[str, object]) -> Texts:
    """Return title and body in every language; raise KeyError when a place of the template has no value."""
    return {
        language: {
            "title": one_line(_filled(template.title, language, values)),
            "body": _filled(template.body, language, values),
        }
        for language in LANGUAGES
    }


def _filled(sentence: str, language: str, values: dict[str, object]) -> str:
    # translate() leaves a text without values as it is; a template may have none and still hold “{{”.
    return translate(sentence, language, **(values or {"": ""}))


def link(site: str, language: str, case: uuid.UUID | None) -> str:
    """Return the address of the case that a message is about; empty without a case, or where the site has none."""
    return f"{site}{'/en' if language == 'en' else ''}/cases/{case}" if site and case else ""


def one_line(text: str) -> str:
    """Return the text on one line: a subject of a mail must not become a header."""
    return " ".join(text.split())[:LONGEST_TITLE]


@law("message-address-masked", basis="个人信息保护法 6、51", says="Whoever looks after deliveries sees where they went, "
     "but no whole address")  # fmt: skip
def masked(address: str) -> str:
    """Return an address of which the owner knows which it is, and nobody else what."""
    name, at, host = address.rpartition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "****"

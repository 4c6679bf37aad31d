"""What may be published in a feed. Pure."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tongban.datahub.subscriptions.errors import BadChange, BadFeed, TooManyChanges
from tongban.datahub.subscriptions.types import Change, Feed, Kind
from tongban.kernel.values import are_plain

MOST_CHANGES = 5_000
MOST_BYTES = 256_000
"""Of one change: a batch of them has to fit into what a receiver takes."""
LONGEST_ID = 200
KEPT_DAYS = (1, 3660)
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def check_feed(code: str, subject: str, subjects: Sequence[str], kept_days: int) -> None:
    """Raise BadFeed naming the first part that is wrong; ``subjects`` are the fields that may say whose a row is."""
    parts = [
        ("code", bool(CODE.fullmatch(code)) and len(code) <= 80),
        ("subject", not subject or subject in subjects),
        ("kept_days", KEPT_DAYS[0] <= kept_days <= KEPT_DAYS[1]),
    ]
    wrong = next((what for what, is_right in parts if not is_right), None)
    if wrong:
        raise BadFeed(wrong)


def contents(feed: Feed, changes: Sequence[Change]) -> list[bytes]:
    """Return the changes' contents as JSON; raise TooManyChanges, or BadChange for the first that is wrong."""
    if len(changes) > MOST_CHANGES:
        raise TooManyChanges(MOST_CHANGES)
    known, seen = frozenset(feed.fields), set[str]()
    found = []
    for number, change in enumerate(changes, 1):
        wrong = "id" if change.id in seen else _wrong(feed, known, change)
        if wrong:
            raise BadChange(number, wrong)
        seen.add(change.id)
        found.append(_content(number, change.fields))
    return found


def _wrong(feed: Feed, known: frozenset[str], change: Change) -> str:
    if not 0 < len(change.id) <= LONGEST_ID or not change.id.isprintable():
        return "id"
    if change.kind is Kind.FILE:
        return "kind"
    if change.at is not None and change.at.tzinfo is None:
        return "at"
    if not change.fields.keys() <= known:
        return sorted(change.fields.keys() - known)[0][:80]
    if not are_plain(change.fields.values()):
        return next(name for name, value in change.fields.items() if not are_plain([value]))
    needed = (*feed.keys, feed.subject) if feed.subject else feed.keys
    return next((name for name in needed if change.fields.get(name) in (None, "")), "")


def _content(number: int, fields: Mapping[str, object]) -> bytes:
    try:
        text = ENCODER.encode(_plain(fields)).encode()
    except (TypeError, ValueError):
        raise BadChange(number, "fields") from None
    if len(text) > MOST_BYTES:
        raise BadChange(number, "fields")
    return text


def _plain(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, dt.date | dt.time) else value
        for name, value in fields.items()
    }


def row_of(feed: Feed, change: Change) -> str:
    """Return the text that names a row among all of its feed: its key fields, or the file's name."""
    named = (
        ["file", change.fields["name"]]
        if change.kind is Kind.FILE
        else [change.fields[key] for key in feed.keys]
    )
    return ENCODER.encode([feed.id, *map(str, named)])


def read_change(said: Any, number: int) -> Change:
    """Return a change as programs send it: ``{"id", "kind", "fields", "at"}``; raise BadChange."""
    if not isinstance(said, Mapping) or not isinstance(said.get("fields"), Mapping):
        raise BadChange(number, "fields")
    if not said.keys() <= {"id", "kind", "fields", "at"}:
        raise BadChange(number, str(sorted(said.keys() - {"id", "kind", "fields", "at"})[0])[:80])
    try:
        kind = Kind(said.get("kind", Kind.CHANGED))
    except ValueError:
        raise BadChange(number, "kind") from None
    id = said.get("id")
    if not isinstance(id, str | int) or isinstance(id, bool):
        raise BadChange(number, "id")
    return Change(str(id), kind, said["fields"], _moment(said.get("at"), number))


def _moment(text: object, number: int) -> dt.datetime | None:
    if text in (None, ""):
        return None
    try:
        found = dt.datetime.fromisoformat(str(text))
    except ValueError:
        raise BadChange(number, "at") from None
    if found.tzinfo is None:
        raise BadChange(number, "at")
    return found


def read_changes(body: bytes) -> list[Change]:
    """Return the changes of a body: a JSON array, or one object a line; raise BadChange with the line's number."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadChange(1, "utf-8") from None
    if text.lstrip().startswith("["):
        listed = _parsed(text, 1)
        return [read_change(one, number) for number, one in enumerate(listed, 1)]
    lines = [line for line in text.splitlines() if line.strip()]
    return [read_change(_parsed(line, number), number) for number, line in enumerate(lines, 1)]


def _parsed(text: str, number: int) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadChange(number, "json") from None

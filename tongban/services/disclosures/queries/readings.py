"""The account of one person or company: calls through the exchange and acts on the ledger as one list, and its figures."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import About, AboutWanted, Outcome
from tongban.datahub.subscriptions import queries as feeds
from tongban.datahub.subscriptions.types import Told
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Entry
from tongban.foundation.ledger.types import Wanted as WantedActs
from tongban.kernel.types import Subject
from tongban.services.cases.types import CaseCard
from tongban.services.disclosures.errors import ReadingNotThere
from tongban.services.disclosures.rules import merging
from tongban.services.disclosures.rules.merging import key_text
from tongban.services.disclosures.types import (
    Account,
    Contest,
    ContestState,
    Day,
    Key,
    Kind,
    Reading,
    Scope,
    Summary,
    Wanted,
)

__all__ = ["account", "find_reading", "key_text", "read_key", "reading_in", "summary"]
LOOKS = ("identity.unmasked", "case.unmasked", "case.read", "document.read")
"""What an official does with somebody's data, as the ledger calls it."""
GOES_ON = (Outcome.AUTHORISED, Outcome.RELAYED)
"""What is handed to another node is authorised there: what came back says whether anything was seen."""
A_LOOK = 500
"""So many calls are looked through at first for those that gave nothing: they are few."""
SHOWINGS = ("licence.share", "licence.shown")
KEY = re.compile(r"(\d{8}T\d{12})-([0-9a-f]{32})")


def account(scope: Scope, wanted: Wanted, *, at: dt.datetime) -> Account:
    """Return a part of the account, newest first: at most four statements."""
    parts = [_exchanges(scope, wanted, at), _told(scope, wanted, at), _acts(scope, wanted, at)]
    found = merging.merged(parts, wanted.limit)
    return Account(_with_contests(found.readings, scope), found.after)


def find_reading(scope: Scope, id: uuid.UUID, *, at: dt.datetime) -> Reading:
    """Return one entry of the account; raise ReadingNotThere also for another's, and for what is kept secret."""
    found = _called(scope, id, at) or _found_told(scope, id, at) or _acted(scope, id)
    if found is None:
        raise ReadingNotThere
    return _with_contests((found,), scope)[0]


def _called(scope: Scope, id: uuid.UUID, at: dt.datetime) -> Reading | None:
    row = exchange.find_about(scope.owner.digest, id, at=at)
    return _of_exchange(row, _by_number(scope)) if row else None


def _acted(scope: Scope, id: uuid.UUID) -> Reading | None:
    entry = ledger.find_entry(id)
    if entry is None:
        return None
    if entry.act in SHOWINGS and entry.subject.kind == "licence" and entry.subject.id in scope.licences:
        return _of_showing(entry, scope.licences)
    is_look = entry.act in LOOKS and entry.by.kind == "staff" and ledger.is_about(entry, scope.looked_at)
    return _of_look(entry, scope.cases) if is_look else None


def reading_in(found: Account, id: uuid.UUID) -> Reading | None:
    """Return one reading of a part of the account that was read already."""
    return next((one for one in found.readings if one.id == id), None)


def read_key(text: str) -> Key | None:
    """Return the place that an address names; None for none."""
    found = KEY.fullmatch(text)
    try:
        moment = dt.datetime.strptime(f"{found[1]}+0000", "%Y%m%dT%H%M%S%f%z") if found else None
    except ValueError:
        return None
    return Key(moment, uuid.UUID(found[2])) if found and moment else None


def _exchanges(scope: Scope, wanted: Wanted, at: dt.datetime) -> list[Reading]:
    if wanted.kind in (Kind.STAFF, Kind.SHOWN):
        return []
    since, until = merging.moments_of(wanted.period, at)
    asked = AboutWanted(
        since, until, (wanted.before.at, wanted.before.id) if wanted.before else None,
        None if wanted.kind is None else wanted.kind is Kind.REFUSED, wanted.resource or None, wanted.case or None,
        A_LOOK if wanted.kind is Kind.FAILED else wanted.limit + 1,
    )  # fmt: skip
    numbers, found = _by_number(scope), list[Reading]()
    while True:
        rows = exchange.readings_about(scope.owner.digest, asked, at=at)
        read = (_of_exchange(row, numbers) for row in rows)
        found += [one for one in read if wanted.kind in (None, one.kind)]
        if len(rows) < asked.limit or len(found) > wanted.limit:
            return found[: wanted.limit + 1]
        # Of what is wanted there was too little among these: twice as far back.
        asked = replace(asked, before=(rows[-1].at, rows[-1].id), limit=2 * asked.limit)


def _told(scope: Scope, wanted: Wanted, at: dt.datetime) -> list[Reading]:
    """Return what departments were told of by a feed, without asking: no case is named there."""
    if wanted.kind not in (None, Kind.EXCHANGE) or wanted.case:
        return []
    since, until = merging.moments_of(wanted.period, at)
    before = (wanted.before.at, wanted.before.id) if wanted.before else None
    found = feeds.told_about(
        scope.owner.digest, since=since, until=until, resource=wanted.resource or None, before=before,
        limit=wanted.limit + 1, at=at,
    )  # fmt: skip
    return [_of_told(one) for one in found]


def _found_told(scope: Scope, id: uuid.UUID, at: dt.datetime) -> Reading | None:
    found = feeds.find_told(scope.owner.digest, id, at=at)
    return _of_told(found) if found else None


def _of_told(row: Told) -> Reading:
    return Reading(
        row.id, row.at, Kind.EXCHANGE, row.consumer, member(row.consumer), resource=row.resource, fields=row.fields,
        about=row.about, purpose=row.purpose, items=row.items, basis=row.basis, is_answered=row.is_taken or None,
        is_named=row.is_named,
        detail={"provider": row.provider, "service": row.feed, "grant": str(row.grant)},
    )  # fmt: skip


def _acts(scope: Scope, wanted: Wanted, at: dt.datetime) -> list[Reading]:
    asked = [] if wanted.resource else _wanted_acts(scope, wanted, at)
    if not asked:
        return []
    before = (wanted.before.at, wanted.before.id) if wanted.before else None
    found = ledger.entries_before(*asked, before=before, limit=wanted.limit + 1)
    return [
        _of_showing(one, scope.licences) if one.act in SHOWINGS else _of_look(one, scope.cases)
        for one in found
    ]


def _wanted_acts(scope: Scope, wanted: Wanted, at: dt.datetime) -> list[WantedActs]:
    """Return which acts on the ledger are wanted: looks of officials, showings by the person, or both."""
    since, until = merging.moments_of(wanted.period, at)
    looked_at = scope.looked_at
    if wanted.case:
        card = _by_number(scope).get(_plain(wanted.case))
        looked_at = (Subject("case", str(card.id)),) if card else ()
    shown = () if wanted.case else tuple(Subject("licence", id) for id in scope.licences)
    asked = []
    if looked_at and wanted.kind in (None, Kind.STAFF):
        asked.append(WantedActs(since, until, acts=LOOKS, subjects=looked_at, actor_kinds=("staff",)))
    if shown and wanted.kind in (None, Kind.SHOWN):
        asked.append(WantedActs(since, until, acts=SHOWINGS, subjects=shown))
    return asked


def _of_exchange(row: About, numbers: Mapping[str, CaseCard]) -> Reading:
    card = numbers.get(_plain(row.issue))
    is_answered = None if row.status is None else 200 <= row.status < 300
    return Reading(
        row.id, row.at, _kind_of(row, is_answered), row.consumer, member(row.consumer),
        operator=row.user, resource=row.resource, fields=row.fields, number=row.issue,
        case_id=card.id if card else None, purpose=row.purpose, items=row.items, basis=row.basis,
        outcome=row.outcome.value, is_answered=is_answered,
        secret_until=row.secret_until, node=row.node, is_named=row.is_named, is_by_rule=row.is_by_rule,
        detail={"provider": row.provider, "service": row.service, "grant": str(row.grant or "")},
    )  # fmt: skip


def _kind_of(row: About, is_answered: bool | None) -> Kind:
    if row.outcome not in GOES_ON:
        return Kind.REFUSED
    return Kind.FAILED if is_answered is False else Kind.EXCHANGE


def _of_look(entry: Entry, cards: Mapping[str, CaseCard]) -> Reading:
    said = {name: str(value) for name, value in entry.detail.items()}
    card = cards.get(entry.subject.id) if entry.subject.kind == "case" else None
    return Reading(
        entry.id, entry.at, Kind.STAFF, entry.by.id, operator=entry.by.name or entry.by.id, act=entry.act,
        number=said.get("number") or (card.number or "" if card else ""), case_id=card.id if card else None,
        about=entry.subject, purpose=said.get("purpose", ""), basis=said.get("law", ""), detail=said,
    )  # fmt: skip


def _of_showing(entry: Entry, names: Mapping[str, str]) -> Reading:
    said = {name: str(value) for name, value in entry.detail.items()} | {"name": names[entry.subject.id]}
    return Reading(
        entry.id, entry.at, Kind.SHOWN, entry.act, act=entry.act, about=entry.subject,
        purpose=said.get("purpose", ""), detail=said,
    )  # fmt: skip


def member(subsystem: str) -> str:
    """Return the department of a subsystem's code: its member."""
    parts = subsystem.split("/")
    return parts[2] if len(parts) == 4 else ""


def _by_number(scope: Scope) -> dict[str, CaseCard]:
    """Return cases by their number, and by their id: before it is handed in, a case has no other."""
    by_id = {card.id.hex: card for card in scope.cases.values()}
    return by_id | {card.number: card for card in scope.cases.values() if card.number}


def _plain(issue: str) -> str:
    return issue.replace(" ", "").replace("-", "")


def _with_contests(readings: tuple[Reading, ...], scope: Scope) -> tuple[Reading, ...]:
    """Return readings each with the questions about it that stand, the oldest first."""
    known: dict[uuid.UUID, tuple[Contest, ...]] = {}
    for one in reversed(_standing(scope)):
        known[one.reading] = (*known.get(one.reading, ()), one)
    return tuple(replace(one, contests=known[one.id]) if one.id in known else one for one in readings)


def _standing(scope: Scope) -> tuple[Contest, ...]:
    return tuple(one for one in scope.contests if one.state is not ContestState.WITHDRAWN)


def summary(scope: Scope, wanted: Wanted, *, at: dt.datetime) -> Summary:
    """Return the account of a period in figures, whatever part of it is looked at: at most five statements."""
    first, last = merging.days_of(wanted.period, merging.day_of(at))
    counted = _Counted()
    _count_calls(counted, scope, wanted, at)
    _count_told(counted, scope, wanted, at)
    _count_acts(counted, scope, wanted, at)
    states = Counter(one.state for one in _standing(scope))
    return Summary(
        first, last, counted.kinds, counted.listed(), len(counted.readers), counted.resources, counted.cases,
        sum(states.values()), states[ContestState.ANSWERED],
    )  # fmt: skip


class _Counted:
    """Figures while they are being counted."""

    def __init__(self) -> None:
        self.kinds: Counter[Kind] = Counter()
        self.days: dict[dt.date, Counter[Kind]] = {}
        self.readers: set[str] = set()
        self.resources: Counter[str] = Counter()
        self.cases: Counter[str] = Counter()

    def add(self, kind: Kind, day: dt.date, count: int) -> None:
        if not count:
            return
        self.kinds[kind] += count
        self.days.setdefault(day, Counter())[kind] += count

    def listed(self) -> tuple[Day, ...]:
        return tuple(Day(day, dict(counts)) for day, counts in sorted(self.days.items()))


def _count_calls(counted: _Counted, scope: Scope, wanted: Wanted, at: dt.datetime) -> None:
    asked = AboutWanted(*merging.moments_of(wanted.period, at))
    for one in exchange.tally_about(scope.owner.digest, asked, at=at):
        counted.add(Kind.REFUSED if one.is_refused else Kind.EXCHANGE, one.day, one.count - one.failed)
        counted.add(Kind.FAILED, one.day, one.failed)
        if one.resource:
            counted.resources[one.resource] += one.count
        if one.issue:
            counted.cases[one.issue] += one.count
        if not one.is_refused and one.count > one.failed:
            counted.readers.add(member(one.consumer))


def _count_told(counted: _Counted, scope: Scope, wanted: Wanted, at: dt.datetime) -> None:
    since, until = merging.moments_of(wanted.period, at)
    for one in feeds.tally_told(scope.owner.digest, since=since, until=until, at=at):
        counted.add(Kind.EXCHANGE, one.day, one.count)
        counted.resources[one.resource] += one.count
        counted.readers.add(member(one.consumer))


def _count_acts(counted: _Counted, scope: Scope, wanted: Wanted, at: dt.datetime) -> None:
    for one in ledger.tally(*_wanted_acts(scope, Wanted(period=wanted.period), at)):
        if one.act in SHOWINGS:
            counted.add(Kind.SHOWN, one.day, one.count)
        else:
            counted.add(Kind.STAFF, one.day, one.count)
            counted.readers.add(one.actor[1])

"""What a subsystem may see of itself over the gateway: its calls, how they went; nobody else's.

An addition to X-Road's metadata services, asked in the same way: ``GET /r1/{the caller's own subsystem}/getCalls`` and
``…/getStatistics``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from tongban.datahub.exchange.errors import NotAuthorised, WrongParameters
from tongban.datahub.exchange.providers.asking import query_of
from tongban.datahub.exchange.queries.history import exchanges_of
from tongban.datahub.exchange.queries.performance import performance_of, trials_of
from tongban.datahub.exchange.rules.protocol import is_trial
from tongban.datahub.exchange.types import Call, Exchange, Outcome, Side, Tried

MOST_CALLS = 1000
MOST_HOURS = 24 * 31
MOST_HOURLY = 24 * 7


def look(call: Call, at: dt.datetime) -> dict[str, Any]:
    """Return what the caller asks of its own; raise NotAuthorised for another's, or WrongParameters."""
    if call.provider != call.client:
        raise NotAuthorised(Outcome.ACCESS_DENIED, call.client, call.service_id)
    return _calls(call) if call.service == "getCalls" else _statistics(call, at)


def _calls(call: Call) -> dict[str, Any]:
    asked = _asked(call, ("limit", "before"))
    limit = _number(asked, "limit", 100, MOST_CALLS)
    if is_trial(call.client):
        return {"calls": [_tried(one) for one in trials_of(call.client, limit=limit)]}
    before = _moment(asked, "before")
    return {"calls": [_exchange(one) for one in exchanges_of(call.client, before=before, limit=limit)]}


def _statistics(call: Call, at: dt.datetime) -> dict[str, Any]:
    asked = _asked(call, ("hours", "as", "service", "hourly"))
    side = asked.get("as", Side.CONSUMER.value)
    if side not in list(Side):
        raise WrongParameters("as")
    if asked.get("hourly", "no") not in ("yes", "no"):
        raise WrongParameters("hourly")
    is_hourly = asked.get("hourly") == "yes"
    hours = _number(asked, "hours", 24, MOST_HOURLY if is_hourly else MOST_HOURS)
    found = performance_of(
        call.client,
        side=Side(side),
        since=at - dt.timedelta(hours=hours),
        until=at,
        service=asked.get("service", ""),
        hourly=is_hourly,
    )
    return {
        "statistics": [{**asdict(one), "hour": one.hour.isoformat() if one.hour else None} for one in found]
    }


def _asked(call: Call, known: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in query_of(call):
        if name not in known or name in found:
            raise WrongParameters(name[:80])
        found[name] = value
    return found


def _number(asked: dict[str, str], name: str, default: int, most: int) -> int:
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= most):
        raise WrongParameters(name)
    return int(text)


def _moment(asked: dict[str, str], name: str) -> dt.datetime | None:
    if name not in asked:
        return None
    try:
        found = dt.datetime.fromisoformat(asked[name])
    except ValueError:
        raise WrongParameters(name) from None
    if found.tzinfo is None:
        raise WrongParameters(name)
    return found


def _exchange(one: Exchange) -> dict[str, Any]:
    return {
        "request-id": str(one.id),
        "at": one.at.isoformat(),
        "service": f"{one.provider}/{one.service}",
        "id": one.message_id,
        "issue": one.issue,
        "user": one.user,
        "grant": str(one.grant) if one.grant else None,
        "status": one.status,
        "seconds": one.seconds,
        "problem": one.outcome.value or one.problem,
    }


def _tried(one: Tried) -> dict[str, Any]:
    return {
        "request-id": str(one.id),
        "at": one.at.isoformat(),
        "service": one.service,
        "status": one.status,
        "seconds": one.seconds,
        "problem": one.problem,
    }

"""The register of companies tells its changes: a feed of the demonstration, with a department that follows it.

社会保险法 57 has the market regulator tell the social insurance agencies of companies that begin and end: here it does, one
change every half minute, for as long as the departments' systems answer.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db import Error, connection

from tongban.datahub.exchange import operations as acts
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.resources import operations as resource_acts
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.errors import StatedAlready
from tongban.datahub.subscriptions import operations, queries
from tongban.datahub.subscriptions.types import Change, Kind, State
from tongban.demo import queries as demo
from tongban.demo.departments import insurance
from tongban.foundation.identity.queries import Firm
from tongban.kernel.errors import Failure
from tongban.kernel.types import SYSTEM, Actor

PROVIDER, FEED = "SH/GOV/market-regulation/registration", "enterprise-changes"
DEMAND = "need-social-insurance-registration-business-licence-2"
PERIOD = 30.0
"""Seconds between two changes: somebody who looks sees one come, and a day has no more than a grant allows."""
EVENTS = ("变更", "新设", "变更", "变更", "注销")
ITEMS = ("住所", "经营范围", "法定代表人", "注册资本")
log = logging.getLogger("tongban.demo")


def change(firms: Sequence[Firm], number: int, on: dt.date) -> Change:
    """Return the change of a number: the same for the same number and day, so that telling it twice is telling it once."""
    firm, event = firms[number % len(firms)], EVENTS[number % len(EVENTS)]
    fields = {
        "credit-code": firm.credit_code, "company-name": firm.name, "event": event,
        "change-items": ITEMS[number % len(ITEMS)] if event == "变更" else "", "approved-on": on.isoformat(),
    }  # fmt: skip
    return Change(f"{on:%Y%m%d}-{number}", Kind.CREATED if event == "新设" else Kind.CHANGED, fields)


def publish_one(firms: Sequence[Firm], *, by: Actor, at: dt.datetime) -> int:
    """Publish the next change of the register; return its number."""
    number = queries.get_feed(PROVIDER, FEED).position + 1
    told = change(firms, number, at.date())
    operations.publish_changes(provider=PROVIDER, feed=FEED, changes=[told], by=by, at=at)
    return number


def keep_followed(address: str, *, by: Actor, at: dt.datetime) -> bool:
    """Have the feed be there and followed at this address; return whether it is: not before the grant is given.

    Where the history has not stated the demand behind it, and states none any more, it is stated.
    """
    if not any(one.code == FEED for one in queries.feeds(provider=PROVIDER)):
        operations.declare_feed(
            provider=PROVIDER, code=FEED, resource=FEED, subject="credit-code", by=by, at=at
        )
    held = [
        one
        for one in queries.subscriptions_of(insurance.CONSUMER, provider=PROVIDER, feed=FEED)
        if one.state is not State.ENDED
    ]
    if any(one.address == address and one.state is not State.PAUSED for one in held):
        return True
    if not resources.grants(consumer=insurance.CONSUMER, resource=FEED):
        history = demo.status()
        if history is None or history.is_finished:
            with suppress(StatedAlready):  # it waits for its owner
                resource_acts.state_listed(code=DEMAND, promised=True, by=by, at=at)
        return False
    _register(insurance.CONSUMER, by, at)
    for one in held:  # it lay elsewhere the last time, or its address took nothing for long
        operations.end(subscription=one.id, why="the systems answer elsewhere now", by=by, at=at)
    after = max((one.position for one in held), default=0)
    operations.subscribe(
        provider=PROVIDER, feed=FEED, consumer=insurance.CONSUMER, address=address, after=after, by=by, at=at
    )
    return True


def _register(subsystem: str, by: Actor, at: dt.datetime) -> None:
    """Make a subsystem known that has not called anything yet."""
    if not any(one.code == subsystem for one in exchange.subsystems()):
        acts.register_subsystem(code=subsystem, name=subsystem, by=by, at=at)


class Registrar(threading.Thread):
    """Publishes a change every so often, and sees that it is followed; what fails is tried again the next time."""

    def __init__(
        self, firms: Sequence[Firm], address: str, now: Callable[[], dt.datetime], period: float = PERIOD
    ) -> None:
        super().__init__(daemon=True)
        self._firms, self._address, self._now, self._period = firms, address, now, period
        self._ended = threading.Event()

    def run(self) -> None:
        """Go on until told to end."""
        while not self._ended.wait(self._period):
            self.work()

    def work(self) -> None:
        """Publish one change, once somebody follows it."""
        try:
            if keep_followed(self._address, by=SYSTEM, at=self._now()):
                publish_one(self._firms, by=SYSTEM, at=self._now())
        except (Failure, Error) as failure:
            log.warning("the feed of companies: %s", failure)
        finally:
            if threading.current_thread() is self:
                connection.close()

    def end(self) -> None:
        """Stop, and wait for what is under way."""
        self._ended.set()
        self.join(self._period)

"""What a node does beside answering: deliver, agree with the city, seal, sign, witness, keep house.

A district's node does all of it in a thread of its one process; the city's has workers for the rest, and leaves to this
only what is done over the network.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.nodes import operations as nodes
from tongban.datahub.nodes import queries
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.types import SYSTEM

TICK_SECONDS = 0.5
WITNESS_SECONDS = 15.0
SIGN_SECONDS = 3.0
HOUR = 3600.0
log = logging.getLogger("tongban.node")


@dataclass
class Chore:
    """Something that is done every so many seconds."""

    every: float
    do: Callable[[], object]
    due: float = 0.0


class NodeWork:
    """Goes on in a thread of its own until ``stop``; what fails is tried again the next time."""

    def __init__(self, chores: list[Chore]) -> None:
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self.run, name="node-work", daemon=True)
        self._chores = chores

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, *, seconds: float = 5) -> None:
        """End after what is under way."""
        self._ends.set()
        self._thread.join(seconds)

    def run(self) -> None:
        """Do what is due, in turn."""
        while not self._ends.wait(TICK_SECONDS):
            for chore in self._chores:
                self._do(chore)
        connection.close()

    def _do(self, chore: Chore) -> None:
        if self._ends.is_set() or time.monotonic() < chore.due:
            return
        chore.due = time.monotonic() + chore.every
        try:
            chore.do()
        except (DatabaseError, InterfaceError) as error:
            log.warning("no database: %s", str(error).strip().splitlines()[:1])
            connection.close()
        except Exception:
            log.exception("node: a chore failed")


def of_district(*, witness_seconds: float = WITNESS_SECONDS) -> NodeWork:
    """Return all that a district's node has to do."""
    return NodeWork([
        Chore(0.0, deliver),
        Chore(1.0, agree),
        Chore(1.0, lambda: exchange.seal(at=clock.now())),
        Chore(10.0, lambda: exchange.count_exchanges(at=clock.now())),
        Chore(1.0, ledger.link_pending),
        Chore(SIGN_SECONDS, lambda: attestation.sign_head(at=clock.now(), kept_in=settings.LEDGER_HEADS)),
        Chore(witness_seconds, witness, due=time.monotonic() + witness_seconds),
        Chore(HOUR, lambda: exchange.forget_counts(at=clock.now())),
        Chore(HOUR, lambda: exchange.make_months(by=SYSTEM, at=clock.now())),
        Chore(HOUR, lambda: nodes.make_months(by=SYSTEM, at=clock.now())),
        Chore(HOUR, lambda: attestation.stamp_days(at=clock.now())),
    ])  # fmt: skip


def of_city(address: str, *beside: Chore) -> NodeWork:
    """Return what the city's node has to do beside what its workers do; ``address`` is where it is asked now.

    ``beside`` is what the city's services ask of the districts.
    """
    return NodeWork(
        [
            Chore(HOUR, lambda: tell_address(address)),
            Chore(HOUR, lambda: nodes.make_months(by=SYSTEM, at=clock.now())),
            Chore(WITNESS_SECONDS, witness, due=time.monotonic() + WITNESS_SECONDS),
            *beside,
        ]
    )


def tell_address(address: str) -> None:
    """Tell the districts where the city is asked, if that is new."""
    own = queries.find_here()
    if own is not None and own.is_city and address and own.address != address:
        nodes.become_city(name=own.name, address=address, hosts=own.authorities, by=SYSTEM, at=clock.now())


def deliver() -> None:
    """Deliver what has happened here."""
    outbox.deliver(at=clock.now(), limit=500)


def agree() -> None:
    """Agree with the city, until nothing is left to say or to hear; a city out of reach is asked again in a second.

    One that can not be relied upon is named in the log, and asked again too: ``node state`` says since when.
    """
    own = queries.find_here()
    if own is None or own.is_city:
        return
    try:
        while nodes.sync(by=SYSTEM, at=clock.now()):
            pass
    except Failure as why:
        log.warning("nothing agreed with the city's node: %s", why)


def witness() -> None:
    """Sign the ledgers of others."""
    if queries.find_here() is not None:
        nodes.witness_others(by=SYSTEM, at=clock.now())

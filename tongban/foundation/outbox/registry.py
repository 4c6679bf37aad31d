"""Who reacts to what. Filled at start by the packages above, never afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tongban.foundation.outbox.types import Event, Handler, TimerHandler


@dataclass(frozen=True, slots=True)
class Subscription:
    """A handler under the name that its deliveries carry in the table."""

    name: str
    kind: type[Event] | None
    handler: Handler
    is_alone: bool
    is_patient: bool = False
    at_once: Callable[[], int] | None = None
    """How many timers the handler takes in one call at the moment; None: it is no handler of several."""

    @property
    def many(self) -> int:
        """Return how many deliveries one call takes at the moment."""
        return self.at_once() if self.at_once else 1


@dataclass(slots=True)
class Registry:
    """All subscriptions: by their own name, and by the event's; and the names of those that can wait."""

    by_name: dict[str, Subscription] = field(default_factory=dict)
    by_event: dict[str, list[str]] = field(default_factory=dict)
    patient: list[str] = field(default_factory=list)

    def add(
        self, kind: type[Event], handler: Handler, name: str, *, is_alone: bool, is_patient: bool
    ) -> None:
        """Add a handler of an event; the same one again changes nothing."""
        if self._is_new(Subscription(name, kind, handler, is_alone, is_patient)):
            self.by_event.setdefault(kind.name, []).append(name)
            self.patient += [name] if is_patient else []

    def add_timer(
        self, name: str, handler: TimerHandler, *, is_alone: bool, at_once: Callable[[], int] | None = None
    ) -> None:
        """Add the one handler of all timers of a name."""
        self._is_new(Subscription(timer_name(name), None, handler, is_alone, at_once=at_once))

    def alone(self) -> list[str]:
        """Return the names of the handlers that have a transaction to themselves."""
        return [one.name for one in self.by_name.values() if one.is_alone]

    def several(self) -> list[Subscription]:
        """Return the handlers that take several timers in one call at the moment."""
        return [one for one in self.by_name.values() if one.many > 1]

    def _is_new(self, subscription: Subscription) -> bool:
        known = self.by_name.setdefault(subscription.name, subscription)
        if known != subscription:
            raise ValueError(f"two handlers are called {subscription.name}")
        return known is subscription


def timer_name(name: str) -> str:
    """Return what the deliveries of a timer are called."""
    return f"timer:{name}"


REGISTRY = Registry()

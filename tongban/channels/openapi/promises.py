"""What an operation promises beyond its schema: its media type, what it takes, who may ask, what it may refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

F = TypeVar("F", bound=Callable[..., object])
JSON = "application/json"
Takes = Literal["json", "file", "nothing"]


@dataclass(frozen=True, slots=True)
class Promise:
    """``kind`` is the media type of the answer; ``speaks`` says that Accept-Language changes it.

    With a ``scope`` only a token that has it is let in, and the answer is nobody else's. ``needs`` are headers
    that must be sent, ``refuses`` statuses that it may answer besides those that every operation may.
    """

    kind: str = JSON
    speaks: bool = False
    scope: str = ""
    takes: Takes = "json"
    needs: tuple[str, ...] = ()
    refuses: tuple[int, ...] = ()
    tagged: bool = False
    """The answer carries a tag of its own, which a write wants back."""


PLAIN = Promise()


def promises(
    *,
    kind: str = JSON,
    speaks: bool = False,
    scope: str = "",
    takes: Takes = "json",
    needs: tuple[str, ...] = (),
    refuses: tuple[int, ...] = (),
    tagged: bool = False,
) -> Callable[[F], F]:
    """Say on an operation what it promises; what says nothing answers JSON in the pack's language."""

    def marked(operation: F) -> F:
        operation.promise = Promise(kind, speaks, scope, takes, needs, refuses, tagged)  # type: ignore[attr-defined]
        return operation

    return marked


def promise_of(operation: Callable[..., object]) -> Promise:
    """Return what an operation promises."""
    found: Promise = getattr(operation, "promise", PLAIN)
    return found

"""What an operation promises beyond its schema: its media type, and whether it speaks the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Promise:
    """``kind`` is the media type of the answer; ``speaks`` says that Accept-Language changes it."""

    kind: str = JSON
    speaks: bool = False


PLAIN = Promise()


def promises(*, kind: str = JSON, speaks: bool = False) -> Callable[[F], F]:
    """Say on an operation what it promises; what says nothing answers JSON in the pack's language."""

    def marked(operation: F) -> F:
        operation.promise = Promise(kind, speaks)  # type: ignore[attr-defined]
        return operation

    return marked


def promise_of(operation: Callable[..., object]) -> Promise:
    """Return what an operation promises."""
    found: Promise = getattr(operation, "promise", PLAIN)
    return found

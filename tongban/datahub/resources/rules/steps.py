"""A life cycle as one table: which act is possible in which state, and which state follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tongban.datahub.resources.types import RequestAct
from tongban.kernel.records import Word

S = TypeVar("S", bound=Word)


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """One row of the table."""

    state: S
    act: RequestAct
    next: S


def next_states(table: Iterable[Step[S]]) -> dict[tuple[S, RequestAct], S]:
    """Return the state after each act that is possible, by the state before and the act."""
    return {(step.state, step.act): step.next for step in table}

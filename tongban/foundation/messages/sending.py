"""What every adapter is: it takes a letter, answers, or says that it could not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """What leaves. ``id`` is the same at every attempt: by it the other side can tell a repetition."""

    id: str
    address: str
    title: str
    body: str


class Undeliverable(Exception):
    """It failed. ``is_final``: trying again will not help."""

    def __init__(self, answer: str, *, is_final: bool) -> None:
        self.answer, self.is_final = answer, is_final
        super().__init__(answer)


class Sender(Protocol):
    """What delivers on one channel."""

    name: str
    at_once: int
    """How many letters may share a transaction: one where they leave, since who dies in between sends them again."""

    def send(self, letter: Letter) -> str:
        """Deliver and return the other side's answer; raise Undeliverable."""

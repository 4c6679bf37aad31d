"""Templates and address books, filled at start by the packages above."""

from __future__ import annotations

from collections.abc import Callable

from tongban.foundation.messages.types import Addresses, Template
from tongban.kernel.types import Subject

AddressBook = Callable[[Subject], Addresses | None]

TEMPLATES: dict[str, Template] = {}
ADDRESS_BOOKS: dict[str, AddressBook] = {}


def addresses_of(subject: Subject) -> Addresses:
    """Return where a subject can be reached; nowhere when nobody knows it."""
    book = ADDRESS_BOOKS.get(subject.kind)
    return (book(subject) if book else None) or Addresses()

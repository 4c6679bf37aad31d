"""How the ledger calls data subjects: by a keyed hash, at the one place where acts are written and looked for.

Who asks gives the id that everybody has; it becomes the pseudonym here. What is one already stays what it is, so that an
entry's own subject can be looked for and acted upon. Officers act in public: they are called by their codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongban.foundation.ledger import rules
from tongban.foundation.ledger.types import Opening
from tongban.kernel.types import Actor, Subject

Keyed = Callable[[bytes], str]
"""Gives the HMAC-SHA-256 of some bytes under the ledger's key: 64 hexadecimal signs."""
_keyed: list[Keyed] = []
PLAIN = frozenset({str, int, float, bool, type(None)})


def set_keyed(keyed: Keyed) -> None:
    """Make known what has the key; called from above, where keys are kept, when the process starts."""
    _keyed[:] = [keyed]


def of(kind: str, id: str) -> str:
    """Return by what the ledger calls one of a kind: a data subject by its pseudonym, all else by its id."""
    if kind not in rules.DATA_SUBJECTS or rules.is_pseudonym(id):
        return id
    return rules.pseudonym(opening(kind, id))


def opening(kind: str, id: str) -> Opening:
    """Return what shows whose a pseudonym is."""
    return Opening(kind, id, _keyed[0](rules.keyed(kind, id)))


def of_actor(by: Actor) -> Actor:
    """Return who acts as the ledger calls them: a data subject without a name."""
    if by.kind not in rules.DATA_SUBJECTS:
        return by
    return Actor(by.kind, of(by.kind, by.id))


def of_subject(subject: Subject) -> Subject:
    """Return what is acted upon as the ledger calls it."""
    if subject.kind not in rules.DATA_SUBJECTS:
        return subject
    return Subject(subject.kind, of(subject.kind, subject.id))


def within(detail: Mapping[str, object]) -> dict[str, object]:
    """Return what is said with an act as JSON: whoever is named in it becomes kind and what the ledger calls them."""
    return {name: value if type(value) in PLAIN else _plain(value) for name, value in detail.items()}


def _plain(value: object) -> object:
    if isinstance(value, Subject | Actor):
        return [value.kind, of(value.kind, value.id)]
    if isinstance(value, Mapping):
        return within(value)
    if isinstance(value, list | tuple):
        return [one if type(one) in PLAIN else _plain(one) for one in value]
    return value

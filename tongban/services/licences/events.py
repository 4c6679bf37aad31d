"""What happens to licences, for those who react: messages, oversight, the licence library of other systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class LicenceEvent(Event):
    """Something happened to a licence."""

    name: ClassVar[str] = "licence.happened"
    licence_id: str
    holder_kind: str
    holder_id: str
    case_id: str
    type: str


@dataclass(frozen=True)
class LicenceIssued(LicenceEvent):
    """It holds from now on; its sealed page is being made."""

    name: ClassVar[str] = "licence.issued"
    number: str
    identifier: str


@dataclass(frozen=True)
class LicenceSealed(LicenceEvent):
    """Its sealed page can be fetched."""

    name: ClassVar[str] = "licence.sealed"
    document: str


@dataclass(frozen=True)
class LicenceChanged(LicenceEvent):
    """It was suspended, resumed, taken back, struck off or corrected; ``newer`` is the version that holds instead."""

    name: ClassVar[str] = "licence.changed"
    act: str
    state: str
    law: str
    reason: str
    newer: str = ""
    by_kind: str = ""


@dataclass(frozen=True)
class LicenceExpired(LicenceEvent):
    """The last day of its validity is over."""

    name: ClassVar[str] = "licence.expired"
    valid_until: str

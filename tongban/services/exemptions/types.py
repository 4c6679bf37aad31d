"""The words of exemptions: a paper that is asked for, what was found instead of it, what follows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.kernel.conditions import Answer
from tongban.kernel.types import Subject
from tongban.services.catalogue.types import Material

Key = tuple[str, str]
"""A paper within a case: the item's code and the material's."""
ID_CARD, BUSINESS_LICENCE = "id-card", "business-licence"
"""Two licence types of every pack: whose real name is checked has the one, a company in the register the other."""


class Outcome(StrEnum):
    """What follows for one paper."""

    EXEMPT = "exempt"  # need not be brought
    OFFERED = "offered"  # handed in earlier: used again with one touch
    COMMITMENT = "commitment"  # a signed commitment takes its place
    REQUIRED = "required"


class Kind(StrEnum):
    """Why a paper need not be brought. The first eight are the catalogue's ``Saving``."""

    NO_LEGAL_BASIS = "no_legal_basis"
    FORM_MERGE = "form_merge"
    GENERATED = "generated"
    BUNDLE_OUTPUT = "bundle_output"
    LICENCE_LIBRARY = "licence_library"
    DATA_SHARING = "data_sharing"
    COMMITMENT = "commitment"
    DUPLICATE = "duplicate"
    EARLIER_UPLOAD = "earlier_upload"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that an item asks for. ``is_merged`` says that the compiler made it part of the one form."""

    item: str
    item_name: str
    material: Material
    is_merged: bool = False

    @property
    def key(self) -> Key:
        """Return the item's code and the material's."""
        return self.item, self.material.code


@dataclass(frozen=True, slots=True)
class Request:
    """For whom papers are looked for."""

    applicant: Subject
    at: dt.datetime
    answers: Mapping[str, Answer] = field(default_factory=dict)
    items: frozenset[str] = frozenset()
    not_in: str = ""
    """The case itself: what is in it is no earlier upload."""
    form: Mapping[str, str] = field(default_factory=dict)
    """Data element → what the form says; of each that it asks, empty where it says nothing yet."""


class Standing(StrEnum):
    """How far a source has come with what it was asked."""

    FOUND = "found"
    UNDER_WAY = "under_way"  # being obtained: nobody needs to bring it meanwhile
    CONFIRMING = (
        "confirming"  # to be asked once another answer shows that what the form says is the applicant's
    )
    AWAITED = "awaited"  # to be asked once the form says by what
    NOT_FOUND = "not_found"  # looked for, and not there
    NO_ANSWER = "no_answer"  # asked in vain
    UNCONFIRMED = (
        "unconfirmed"  # nothing has shown that what the form says is the applicant's: nobody was asked
    )


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where data was obtained: the department, the names of the fields, by which exchange, when.

    ``asked_by`` are the data elements of the form that it is asked by, ``named`` the names of those that it waits for.
    """

    provider: str
    fields: tuple[str, ...] = ()
    exchange: uuid.UUID | None = None
    at: dt.datetime | None = None
    asked_by: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found: which source, its own reference, in words, and how long it is good.

    ``provenance`` says that it came, or is to come, by an exchange; without it a standing is always ``FOUND``.
    """

    kind: Kind
    source: str
    reference: str
    label: str
    document: uuid.UUID | None = None
    valid_until: dt.date | None = None
    standing: Standing = Standing.FOUND
    provenance: Provenance | None = None


Finder = Callable[[Request, tuple[Paper, ...]], Mapping[Key, Evidence]]
"""Tells what it has instead of the papers; one call for all of them, so that it can be one statement."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows for one paper, why, by which law, and what it stands on.

    ``asked_by`` are the data elements of the form that can still change it: departments are asked by them.
    """

    item: str
    code: str
    name: str
    outcome: Outcome
    kind: Kind | None
    reason: str
    law: str
    evidence: Evidence | None = None
    same_as: Key | None = None
    asked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """All decisions of one moment, as kept."""

    id: uuid.UUID
    subject: Subject
    at: dt.datetime
    digest: str
    decisions: tuple[Decision, ...]

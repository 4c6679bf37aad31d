"""The words of bundles 一件事: what a city writes, and what the compiler answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import Field

from tongban.foundation.government.types import Department
from tongban.kernel.conditions import Answer
from tongban.kernel.records import Code, Line, Record, Text
from tongban.services.catalogue.types import Basis, DataElement, Fact, LicenceType


# ── what a city writes (bundles/*.yaml) ───────────────────────────────────────────────────────────
class Choice(Record):
    """One answer to a question."""

    value: str | int | bool
    label: Line
    english: Line | None = None
    fills: Line | bool | None = Field(
        default=None, description="What this answer writes into the question's `fills`; else the label"
    )


class BundleQuestion(Record):
    """A question in words of daily life; the answers decide which items and materials apply."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    ask: Line
    english: Line | None = None
    kind: str = Field(pattern="^(choice|boolean|number)$")
    choices: tuple[Choice, ...] = ()
    unit: Line | None = None
    least: int | None = None
    most: int | None = None
    default: str | int | bool
    why: Line | None = Field(default=None, description="Why we ask")
    fills: Code | None = Field(
        default=None, description="The data element that the answer fills in, so that it is not asked twice"
    )


class Promise(Fact):
    """The time an item takes inside this bundle, and why it is shorter."""

    days: int = Field(ge=0)
    reason: Line
    basis: Basis


class BundleItem(Record):
    """An item of the bundle, perhaps only under a condition."""

    item: Code
    when: dict[str, object] | None = None
    when_words: Line | None = None
    situation: Code | None = None
    promise: Promise | None = None
    needs: tuple[Code, ...] = Field(
        default=(), description="Items that must be finished first, beyond the item's own"
    )


class JointCheck(Fact):
    """联合核查: the site checks of several items made in one visit."""

    items: tuple[Code, ...] = Field(min_length=2)
    within: int = Field(ge=1, description="Working days from acceptance of the last of them")
    basis: Basis


class Published(Fact):
    """Totals that somebody published, to hold beside what is computed; never used by the compiler."""

    before: dict[str, int] = {}
    after: dict[str, int] = {}
    words: Text | None = None


class Bundle(Fact):
    """一件事."""

    code: Code
    name: Line
    english: Line | None = None
    plain: Line
    plain_english: Line | None = None
    aliases: tuple[Line, ...] = ()
    icon: Line
    themes: tuple[Code, ...] = ()
    audience: tuple[str, ...] = ("2",)
    lead: Code = Field(description="牵头部门")
    featured: int = Field(default=0, description="Order on the home page; 0 is not shown there")
    as_of: Line | None = Field(
        default=None, description="The time its items describe, if not today, e.g. 2018–2019"
    )
    see_also: tuple[Code, ...] = Field(default=(), description="Other bundles a visitor should know of")
    about: Text | None = Field(
        default=None, description="What a reader must know, e.g. what is reconstructed"
    )
    about_english: Text | None = None
    questions: tuple[BundleQuestion, ...] = ()
    reference: dict[str, Answer] = Field(default={}, description="Answers of the reference case")
    items: tuple[BundleItem, ...] = Field(min_length=1)
    joint_check: JointCheck | None = None
    online: bool = Field(default=True, description="One online filing for all")
    one_pickup: bool = Field(default=True, description="All results handed over together")
    delivery: bool = Field(default=True, description="Results can be sent by post instead")
    combined_licence: Code | None = Field(default=None, description="One licence over the underlying ones")
    published: Published | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What the compiler looks up beside the items; a code that is missing is shown as it is written."""

    elements: Mapping[str, DataElement] = field(default_factory=dict)
    licences: Mapping[str, LicenceType] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    saving_basis: Mapping[str, Basis] = field(default_factory=dict)


# ── what the compiler answers ─────────────────────────────────────────────────────────────────────
class Measure(StrEnum):
    """What is counted before and after."""

    MATERIALS = "materials"
    CHECKS = "checks"
    DAYS = "days"
    VISITS = "visits"
    FIELDS = "fields"
    LICENCES = "licences"


class Said(Record):
    """A sentence of the message catalogue and what goes into its places, so that it can be translated."""

    sentence: Line
    values: dict[str, str | int] = {}


class Figures(Record):
    """How much it takes: papers, site checks, working days, trips, form fields, licences handed over."""

    materials: int
    checks: int
    days: int
    visits: int
    fields: int
    licences: int


class Reduction(Record):
    """One saving: ``count`` off one measure. Over a measure they add up to before − after."""

    measure: Measure
    kind: Line = Field(
        description="A Saving, or time_limit, parallel, joint_check, online_filing, "
        "one_pickup, one_window, same_element, combined_licence"
    )
    count: int = Field(ge=1)
    what: Line
    reason: Line
    law: Line
    item: Code | None = None
    material: Code | None = None
    sure: str = "C"
    note: Text | None = Field(default=None, description="What a reader should know of this saving")
    said: Said | None = Field(default=None, description="The reason before its places were filled")


class NeededMaterial(Record):
    """A paper the applicant still prepares."""

    item: Code
    code: Code
    name: Line
    how: str = Field(description="fill (in the merged form), sign, or upload")
    also_for: tuple[Code, ...] = Field(default=(), description="Other items that use the same paper")
    merged: int = Field(default=1, description="How many application forms this one form stands for")
    issuer: Line | None = None
    blank: Line | None = None
    example: Line | None = None
    basis: Basis | None = None
    sure: str = "C"


class FormField(Record):
    """One field of the merged form."""

    code: Code
    name: Line
    english: Line
    group: Line
    kind: Line
    items: tuple[Code, ...]
    held_by: Line | None = None


class PathStep(Record):
    """A step on the path; days are working days, ``start`` 0 is the day of acceptance."""

    step: Code = Field(description="The item's code, or joint-check, or handover")
    kind: str = Field(description="item, joint_check or handover")
    name: Line
    department: Code | None
    days: int
    start: int
    end: int
    after: tuple[Code, ...]
    critical: bool
    joint: tuple[Code, ...] = Field(default=(), description="Of a joint check: the items it serves")
    waits: int = Field(default=0, description="Days in which an item waits for others before the joint check")


class Applies(Record):
    """An item of the bundle and whether it applies to these answers."""

    item: Code
    name: Line
    department: Code
    applies: bool
    why: Line | None = None
    situation: Line | None = Field(default=None, description="The situation of the item that is applied for")
    alone: int = Field(default=0, description="Working days when done alone")
    days: int = Field(default=0, description="Working days inside the bundle")
    checked: bool = Field(default=False, description="It needs a site check before the decision")


class Compiled(Record):
    """What exactly applies to this applicant, and what it saves."""

    bundle: Code
    answers: dict[str, Answer]
    items: tuple[Applies, ...]
    before: Figures
    after: Figures
    savings: tuple[Reduction, ...]
    needed: tuple[NeededMaterial, ...]
    form: tuple[FormField, ...]
    path: tuple[PathStep, ...]
    visits_by_channel: dict[str, int] = Field(
        description="online_delivery, online_pickup, window; only those this bundle offers"
    )
    results: tuple[Line, ...]
    combined: Line | None = Field(default=None, description="The one licence over the underlying results")
    notes: tuple[Text, ...] = ()
    notes_said: tuple[Said, ...] = Field(default=(), description="The notes before their places were filled")

"""The words of bundles 一件事: what a city writes, and what the compiler answers."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from tongban.kernel.conditions import Answer
from tongban.kernel.records import Code, Line, Record, Text
from tongban.services.catalogue.types import Basis, Fact


# ── what a city writes (bundles/*.yaml) ───────────────────────────────────────────────────────────
class Choice(Record):
    """One answer to a question."""

    value: str | int | bool
    label: Line
    english: Line | None = None


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
    why: Line | None = Field(None, description="Why we ask")


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
    needs: tuple[Code, ...] = Field((), description="Items that must be finished first, beyond the item's own")


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
    featured: int = Field(0, description="Order on the home page; 0 is not shown there")
    as_of: Line | None = Field(None, description="The time its items describe, if not today, e.g. 2018–2019")
    see_also: tuple[Code, ...] = Field((), description="Other bundles a visitor should know of")
    about: Text | None = Field(None, description="What a reader must know, e.g. what is reconstructed")
    about_english: Text | None = None
    questions: tuple[BundleQuestion, ...] = ()
    reference: dict[str, Answer] = Field({}, description="Answers of the reference case")
    items: tuple[BundleItem, ...] = Field(min_length=1)
    joint_check: JointCheck | None = None
    online: bool = Field(True, description="One online filing for all")
    one_pickup: bool = Field(True, description="All results handed over together")
    delivery: bool = Field(True, description="Results can be sent by post instead")
    combined_licence: Code | None = Field(None, description="One licence over the underlying ones")
    published: Published | None = None


# ── what the compiler answers ─────────────────────────────────────────────────────────────────────
class Measure(StrEnum):
    """What is counted before and after."""

    MATERIALS = "materials"
    CHECKS = "checks"
    DAYS = "days"
    VISITS = "visits"
    FIELDS = "fields"
    LICENCES = "licences"


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
    kind: Line = Field(description="A Saving, or time_limit, parallel, joint_check, online_filing, "
                       "one_pickup, same_element, combined_licence")
    count: int = Field(ge=1)
    what: Line
    reason: Line
    law: Line
    item: Code | None = None
    material: Code | None = None
    sure: str = "C"


class NeededMaterial(Record):
    """A paper the applicant still prepares."""

    item: Code
    code: Code
    name: Line
    how: str = Field(description="fill (in the merged form), sign, or upload")
    also_for: tuple[Code, ...] = Field((), description="Other items that use the same paper")
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
    joint: tuple[Code, ...] = Field((), description="Of a joint check: the items it serves")


class Applies(Record):
    """An item of the bundle and whether it applies to these answers."""

    item: Code
    name: Line
    department: Code
    applies: bool
    why: Line | None = None


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
    visits_by_channel: dict[str, int] = Field(description="online_delivery, online_pickup, window")
    results: tuple[Line, ...]
    notes: tuple[Text, ...] = ()

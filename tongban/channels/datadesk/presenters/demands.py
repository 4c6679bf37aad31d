"""Materials from which a demand may come, what the lists would say to one, and the demand list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.datahub.resources.types import (
    Coverage,
    DataField,
    Demand,
    Outcome,
    Reach,
    Refusal,
    Resource,
    Stage,
    Verdict,
)
from tongban.kernel.errors import N_
from tongban.services.catalogue.types import Item, Material

REACH_WORDS = {
    Reach.ASKED: N_("还没有提出需求"),
    Reach.DEMANDED: N_("已列需求，没有责任清单"),
    Reach.OWED: N_("清单里有，提出即可免交"),
    Reach.BARRED: N_("依法不予共享"),
    Reach.GRANTED: N_("已授权，不再要"),
}
REACH_LIGHTS = {
    Reach.ASKED: "waiting", Reach.DEMANDED: "amber", Reach.OWED: "amber", Reach.BARRED: "stopped", Reach.GRANTED: "green",
}  # fmt: skip
STAGE_WORDS = {
    Stage.IN_USE: N_("已授权，在用"),
    Stage.WAITING: N_("在等答复"),
    Stage.UNSTATED: N_("还没提出"),
    Stage.DECLINED: N_("部门不同意"),
    Stage.UNCLAIMED: N_("无人认领"),
    Stage.BARRED: N_("命中负面清单"),
}
STAGE_LIGHTS = {
    Stage.IN_USE: "green", Stage.WAITING: "amber", Stage.UNSTATED: "waiting", Stage.DECLINED: "stopped",
    Stage.UNCLAIMED: "amber", Stage.BARRED: "stopped",
}  # fmt: skip
OUTCOME_WORDS = {
    Outcome.GRANTED: N_("提出后当场授权"),
    Outcome.REFUSED: N_("依法不给"),
    Outcome.QUEUED: N_("由数据所在部门答复"),
}
OUTCOME_LIGHTS = {Outcome.GRANTED: "green", Outcome.REFUSED: "stopped", Outcome.QUEUED: "amber"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A material that people are asked for, and how far it is from not being asked for any more."""

    item: Item
    material: Material
    reach: Reach

    @property
    def words(self) -> str:
        """Return the reach in words."""
        return REACH_WORDS[self.reach]

    @property
    def light(self) -> str:
        """Return the name of the reach's light."""
        return REACH_LIGHTS[self.reach]


def asked(items: Mapping[str, Item], coverage: Coverage) -> tuple[Asked, ...]:
    """Return the materials, those that nobody has demanded first."""
    order = list(REACH_WORDS)
    found = [
        Asked(items[one.item], material, one.reach)
        for one in coverage.materials
        for material in items[one.item].materials
        if material.code == one.material
    ]
    return tuple(sorted(found, key=lambda one: order.index(one.reach)))


@dataclass(frozen=True, slots=True)
class Answered:
    """A wanted field, and what the lists would say to it."""

    field: DataField
    is_given: bool
    refusal: Refusal | None


def answered(verdict: Verdict, resource: Resource | None) -> tuple[Answered, ...]:
    """Return each wanted field with what would become of it."""
    refused = {code: one for one in verdict.refused for code in one.fields}
    fields = resource.fields if resource else ()
    return tuple(
        Answered(one, one.code in verdict.fields, refused.get(one.code))
        for one in fields
        if one.code in verdict.fields or one.code in refused
    )


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the demand list."""

    demand: Demand
    stage: Stage
    resource: Resource | None

    @property
    def words(self) -> str:
        """Return the stage in words."""
        return STAGE_WORDS[self.stage]

    @property
    def light(self) -> str:
        """Return the name of the stage's light."""
        return STAGE_LIGHTS[self.stage]


def rows(
    demands: Iterable[Demand], stages: Mapping[str, Stage], resources: Mapping[str, Resource], wanted: str
) -> tuple[Row, ...]:
    """Return the entries of the demand list, those at a stage (``matched`` means all that a resource can answer)."""
    return tuple(
        Row(one, stages[one.code], resources.get(one.resource or ""))
        for one in demands
        if not wanted or stages[one.code] == wanted or (wanted == "matched" and stages[one.code].is_matched)
    )

"""What stands beside a case: the law of the item, what it asks, how the same was decided before."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.errors import N_
from tongban.services.approvals.types import BranchState, Precedents
from tongban.services.catalogue.types import Basis, Item

MOST = 6


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier decision of the same item."""

    applicant: str
    is_granted: bool
    days: int
    on: str
    reasons: str
    number: str


@dataclass(frozen=True, slots=True)
class Before:
    """How the same item was decided in twelve months; ``share`` is that of grants in per cent."""

    total: int
    granted: int
    refused: int
    share: int
    median: float | None
    latest: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Conditions to look at, the law by article, earlier decisions."""

    conditions: tuple[str, ...]
    law: tuple[Basis, ...]
    before: Before | None
    path: str


def reading(item: Item, found: Precedents | None) -> Reading:
    """Return what stands beside a case of this item."""
    return Reading(
        item.conditions, item.basis[:MOST], _before(found) if found else None, f"/items/{item.code}"
    )


def _before(found: Precedents) -> Before | None:
    total = found.granted + found.refused
    if not total:
        return None
    latest = tuple(
        Earlier(one.applicant, one.outcome is BranchState.GRANTED, one.used_days, f"{one.decided_on:%m-%d}", one.reasons, one.number_masked)
        for one in found.latest
    )  # fmt: skip
    return Before(
        total, found.granted, found.refused, round(found.granted / total * 100), found.median_days, latest
    )


STANDARD = {
    "grant": N_("经审查，申请材料齐全、符合法定形式，符合法定条件、标准。依据{law}，拟准予许可。"),
    "refuse": N_("经审查，不符合{law}规定的条件："),
}


def standard(stance: str, item: Item | None) -> str:
    """Return the opinion's standard words with the item's own law; papers are written in Chinese."""
    basis = item.basis[0] if item and item.basis else None
    law = (
        f"《{basis.law}》" + (f"第{basis.article}条" if basis and basis.article else "")
        if basis
        else "《行政许可法》第三十八条"
    )
    return STANDARD[stance].format(law=law)

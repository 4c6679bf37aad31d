"""Whether a call was for what its grant is for: a case of the grant's items, at the department that holds the grant. Pure."""

from __future__ import annotations

from tongban.datahub.exchange.types import AskedFor
from tongban.kernel.errors import N_
from tongban.kernel.law import law
from tongban.services.cases.types import Responsible
from tongban.services.disclosures.types import Why

WHY_NAMES = {
    Why.ITEM: N_("办件是别的事项"),
    Why.DEPARTMENT: N_("办件不归用数部门办"),
    Why.NO_CASE: N_("没有这个编号的办件"),
}


@law(
    "data-purpose-audited",
    basis="上海市数据条例 40；个人信息保护法 6",
    says="Data that was asked for a case of another item than its grant is for, for another department's case or for none is "
    "found within a day, at districts' nodes too, shown to who gave it and to who used it, and entered at supervision",
)
def why_beside(asked: AskedFor, case: Responsible | None) -> Why | None:
    """Return in which way a call was beside its grant's purpose; None when it was not. ``case`` is None for a number of none."""
    if case is None:
        return Why.NO_CASE
    if not set(case.items) & set(asked.items):
        return Why.ITEM
    return None if asked.holder in case.departments else Why.DEPARTMENT

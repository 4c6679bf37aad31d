"""Calls for cases of other items than their grant is for: what an auditor looks into."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import AskedFor
from tongban.kernel.law import law
from tongban.services.cases import queries as cases


@law(
    "data-purpose-audited",
    basis="上海市数据条例 40；个人信息保护法 6",
    says="Data that was asked for a case of another item than its grant is for is found by whoever audits",
)
def asked_beside_purpose(since: dt.datetime, until: dt.datetime) -> tuple[AskedFor, ...]:
    """Return under which grants data was asked for cases of other items than theirs, in a period.

    Only cases of this city are known here; what another system calls a case is left to its department.
    """
    found = exchange.issues_under_grants(since, until)
    items = cases.items_by_issue({one.issue for one in found})
    return tuple(one for one in found if one.issue in items and not set(items[one.issue]) & set(one.items))

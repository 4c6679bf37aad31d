"""Reading as an act: what an official reads of somebody's case is on the ledger."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import queries
from tongban.services.cases.types import Case


@transaction.atomic
def read_case(*, case_id: uuid.UUID, purpose: str = "", by: Actor, at: datetime) -> Case:
    """Return the case and record that an official read it; the applicant's own reading is not recorded."""
    found = queries.get_case(case_id, by=by, at=at)
    if by.kind == "staff":
        _record(found, purpose, by, at)
    return found


def read_file(*, case_id: uuid.UUID, purpose: str = "", by: StaffAccess, at: datetime) -> queries.CaseFile:
    """Return the whole file of a case to a member of staff whose posts were read already, and record the reading.

    One statement reads and one writes: no transaction is needed for nothing to be returned that is not recorded.
    """
    found = queries.file_of(case_id, by)
    _record(found.case, purpose, by.actor, at)
    return found


def _record(case: Case, purpose: str, by: Actor, at: datetime) -> None:
    detail = {"number": case.number or "", "purpose": purpose[:200]}
    ledger.record(act="case.read", subject=Subject("case", str(case.id)), by=by, at=at, detail=detail)

"""What is to be issued: read from the case, the item as it was applied for, and the licence types of the pack."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from tongban.foundation.statements import queries as statements
from tongban.services.bundles import queries as bundles
from tongban.services.cases import queries as cases
from tongban.services.cases.queries import Applied
from tongban.services.catalogue import queries as catalogue
from tongban.services.licences import models, queries
from tongban.services.licences.rules import faces, life_cycle
from tongban.services.licences.types import Act, Grant, LicenceState

ANY = "SELECT 1 FROM licences_licence WHERE case_id = %s LIMIT 1"


@dataclass(frozen=True, slots=True)
class Combined:
    """A combined licence that is to be issued, and what it stands on."""

    grant: Grant
    parts: tuple[uuid.UUID, ...]


def of_granted_branches(case_id: uuid.UUID) -> list[Grant]:
    """Return what all granted branches of a case give.

    The case is locked: who issues at the same moment waits, and finds what was issued here.
    """
    from tongban.services.approvals import queries as approvals
    from tongban.services.approvals.types import BranchState

    case = cases.locked_applied(case_id)
    branches = [one for one in approvals.branches(case_id) if one.state is BranchState.GRANTED]
    return [grant for one in branches for grant in of_branch(case, one.id, one.item, one.department)]


def is_anything_issued(case_id: uuid.UUID) -> bool:
    """Return whether a case has licences: of a case of one item, where one is all are, being issued together."""
    return statements.one(ANY, [case_id]) is not None


def combined_of(case_id: uuid.UUID, at: dt.datetime) -> Combined | None:
    """Return the combined licence of a case, None where its bundle has none or it gave fewer than two licences."""
    case = cases.locked_applied(case_id)
    if case.service.kind != "bundle":
        return None
    bundle = bundles.get_bundle(case.service.id, case.bundle_version).bundle
    held = [one for one in queries.licences_of_case(case_id, at=at) if not one.is_combined and one.is_valid]
    if bundle.combined_licence is None or len(held) < 2:
        return None
    type_ = catalogue.licences().get(bundle.combined_licence)
    grant = _grant(
        case, type=bundle.combined_licence, name=type_.name if type_ else bundle.name,
        item=bundle.code, version=case.bundle_version or 0, department=bundle.lead,
        validity=(type_.validity if type_ else None) or "以各单项许可的有效期为准", branch_id=None,
    )  # fmt: skip
    return Combined(grant, tuple(one.id for one in held))


def still_to_change(licences: Iterable[str], act: Act, at: dt.datetime) -> list[uuid.UUID]:
    """Return the licences named by id, number or identifier whose state still knows the act."""
    found = []
    for one in licences:
        for id in _ids(one):
            licence = queries.get_licence(id, at=at)
            if licence.state is not LicenceState.CORRECTED and life_cycle.can(licence.state, act):
                found.append(id)
    return found


def of_branch(case: Applied, branch_id: uuid.UUID, item: str, department: str) -> list[Grant]:
    """Return what a granted branch gives: a licence for each result of its item that is one."""
    version = case.versions.get(item)
    published = catalogue.get_item(item, version).item
    types = catalogue.licences()
    given: dict[str, Grant] = {}
    for result in published.results:
        if result.licence and result.licence in types:
            type_ = types[result.licence]
            given.setdefault(type_.code, _grant(
                case, type=type_.code, name=type_.name, item=item, version=version or 0, department=department,
                validity=result.validity or type_.validity or "", branch_id=branch_id,
            ))  # fmt: skip
    return list(given.values())


def _grant(
    case: Applied, *, type: str, name: str, item: str, version: int, department: str, validity: str,
    branch_id: uuid.UUID | None,
) -> Grant:  # fmt: skip
    values = {code: one.value for code, one in case.fields.items()}
    face = faces.lines(case.applicant.kind, values, _face_of(type))
    return Grant(
        type=type, name=name, holder=case.applicant, holder_name=case.applicant_name, item=item,
        item_version=version, department=department, district=case.district, case_id=case.id,
        branch_id=branch_id, validity=validity, face=face,
    )  # fmt: skip


def _face_of(type: str) -> dict[str, str]:
    wanted, elements = catalogue.licences().get(type), catalogue.elements()
    if wanted is None:
        return {}
    # An element that a later pack no longer has still names its line.
    return {
        code: label or (elements[code].name if code in elements else code)
        for code, label in wanted.face_lines
    }


def _ids(reference: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(reference)]
    except ValueError:
        rows = models.Licence.objects.filter(number=reference) | models.Licence.objects.filter(
            identifier=reference
        )
        return list(rows.values_list("id", flat=True))

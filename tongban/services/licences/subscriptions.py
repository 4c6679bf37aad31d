"""What licences react to: a branch or a case is decided, a grant is taken back. And what they offer: the library."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.packs import queries as packs
from tongban.kernel.types import SYSTEM
from tongban.services.approvals.events import BranchDecided, LicencesCancelled, LicencesRevoked
from tongban.services.cases import queries as cases
from tongban.services.cases.events import CaseDecided
from tongban.services.exemptions import operations as exemptions
from tongban.services.exemptions.types import Evidence, Key, Paper, Request
from tongban.services.exemptions.types import Kind as ExemptionKind
from tongban.services.licences import grants, library, operations, tellings
from tongban.services.licences.events import LicenceChanged, LicenceIssued
from tongban.services.licences.operations import expiring
from tongban.services.licences.rules.life_cycle import LAWS
from tongban.services.licences.types import Act

GRANTED = frozenset({"granted", "silence"})
ALL_GRANTED = "granted"


def connect() -> None:
    """Subscribe, and plug in; called once at start."""
    outbox.subscribe(BranchDecided, branch_decided, name="services.licences.branch_decided")
    outbox.subscribe(CaseDecided, case_decided, name="services.licences.case_decided")
    outbox.subscribe(LicencesRevoked, grant_revoked, name="services.licences.grant_revoked")
    outbox.subscribe(LicencesCancelled, grant_cancelled, name="services.licences.grant_cancelled")
    outbox.subscribe(LicenceIssued, make_page, name="services.licences.make_page", is_patient=True)
    outbox.subscribe(LicenceChanged, tellings.changed, name="services.licences.tell_changed")
    outbox.on_timer(expiring.TIMER, expiry)
    messages.register(*tellings.ALL)
    exemptions.register_source(ExemptionKind.LICENCE_LIBRARY, in_library, name="services.licences.library")


def branch_decided(event: BranchDecided, *, at: dt.datetime) -> None:
    """Issue what the branch's item gives (行政许可法 39).

    The case is locked: who issues at the same moment waits, and finds what was issued here.
    """
    if event.outcome in GRANTED:
        case = cases.locked_applied(uuid.UUID(event.case_id))
        with packs.held(case.revision):
            found = grants.of_branch(case, uuid.UUID(event.branch_id), event.item, event.department)
            operations.issue_many(grants=found, by=SYSTEM, at=at)


def case_decided(event: CaseDecided, *, at: dt.datetime) -> None:
    """Issue what is still to be issued, and the industry licence over it (一业一证) if none was refused.

    Electronic licences are in the holder's library the moment they are issued: all is handed over at once.
    """
    case_id = uuid.UUID(event.case_id)
    if event.service_kind == "item" and grants.is_anything_issued(case_id):
        return
    # The branches' own licences may not have been delivered yet: they are issued here, each once.
    for grant in grants.of_granted_branches(case_id):
        operations.issue(grant=grant, by=SYSTEM, at=at)
    wanted = grants.combined_of(case_id, at) if event.outcome == ALL_GRANTED else None
    if wanted is not None:
        operations.issue_combined(grant=wanted.grant, parts=wanted.parts, by=SYSTEM, at=at)


def grant_revoked(event: LicencesRevoked, *, at: dt.datetime) -> None:
    """Revoke the licences of a grant that was taken back (行政许可法 69)."""
    for id in grants.still_to_change(event.licences, Act.REVOKE, at):
        operations.revoke(id=id, law=LAWS[Act.REVOKE], reason=event.reasons, by=SYSTEM, at=at)


def grant_cancelled(event: LicencesCancelled, *, at: dt.datetime) -> None:
    """Strike the licences off (行政许可法 70)."""
    for id in grants.still_to_change(event.licences, Act.CANCEL, at):
        operations.cancel(id=id, law=LAWS[Act.CANCEL], reason=event.reasons, by=SYSTEM, at=at)


def make_page(event: LicenceIssued, *, at: dt.datetime) -> None:
    """Draw and seal the licence's page, when nothing else is due; whoever opens it before has it made at once."""
    operations.seal_page(id=uuid.UUID(event.licence_id), by=SYSTEM, at=at)


def expiry(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Remind the holder that the licence ends, or tell that it has ended (行政许可法 50、70(一))."""
    operations.remind(id=uuid.UUID(payload["licence"]), by=SYSTEM, at=at)


def in_library(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    """Return the papers that the applicant holds as electronic licences."""
    return library.find(request, papers)

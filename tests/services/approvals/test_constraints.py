"""What the database itself refuses, by name."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings

from tests.factories.approvals import MONDAY, accepted, branch, head, members, moment, reviewer
from tests.factories.cases import Cast
from tongban.foundation.calendars.types import Procedure
from tongban.services.approvals import models, operations
from tongban.services.approvals.types import Outcome


def refused(name: str, work: Any) -> None:
    with pytest.raises((IntegrityError, DatabaseError)) as error, transaction.atomic():
        work()
    assert name in str(error.value)


@pytest.fixture(scope="module")
def standing_branch(people: Cast) -> uuid.UUID:
    """Return the branch of a case that was accepted once for the module."""
    with override_settings(DEMONSTRATION=True):
        return branch(accepted(people)).id


@pytest.fixture
def row(standing_branch: uuid.UUID, cast: Cast) -> models.Branch:
    return models.Branch.objects.get(id=standing_branch)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("branch_state_known", {"state": "lost"}),
        ("branch_stage_known", {"stage": "lost"}),
        ("branch_closed_when_final", {"state": "granted"}),
        ("branch_closed_when_final", {"closed_at": MONDAY}),
        ("branch_waiting_is_not_open", {"state": "waiting"}),
        ("branch_waiting_is_not_open", {"opened_on": None}),
        ("branch_open_has_limits", {"due_on": None}),
        ("branch_stopped_has_no_limit", {"state": "stopped"}),
        ("branch_extension_says_why", {"extended_days": 10}),
        ("branch_extended_by_ten", {"extended_days": 9, "extended_reason": "需要核实"}),
    ],
)
def test_branches(row: models.Branch, name: str, changes: dict[str, Any]) -> None:
    refused(name, lambda: models.Branch.objects.filter(id=row.id).update(**changes))


def test_rounds(row: models.Branch) -> None:
    rounds = models.Round.objects.filter(case_id=row.round_id)
    refused("round_extension_says_why", lambda: rounds.update(extended_days=15))
    refused("round_extended_by_fifteen", lambda: rounds.update(extended_days=10, extended_reason="需要"))
    twin = {"position": 2, "item": row.item, "item_version": 1, "department": "market", "state": "waiting"}
    refused(
        "branch_item_once",
        lambda: models.Branch.objects.create(
            round_id=row.round_id, promised_days=1, statutory_days=1, **twin
        ),
    )


def letter(row: models.Branch, **changes: Any) -> models.Letter:
    fields = {
        "branch": row, "kind": "grant", "number": uuid.uuid4().hex, "text": b"", "sha256": "0" * 64, "seal": "market",
        "signature": {}, "at": MONDAY, "by_kind": "staff", "by_id": "market-9",
    }  # fmt: skip
    return models.Letter.objects.create(**(fields | changes))


def decision(row: models.Branch, **changes: Any) -> models.Decision:
    fields = {
        "branch": row, "outcome": "granted", "letter": letter(row), "by_kind": "staff", "by_id": "market-9", "at": MONDAY,
    }  # fmt: skip
    return models.Decision.objects.create(**(fields | changes))


@pytest.mark.law("refusal-reasons-and-remedies")
def test_decisions(row: models.Branch) -> None:
    refused("branch_outcome_known", lambda: decision(row, outcome="perhaps"))
    no = {"outcome": "refused", "reasons": "不符合", "remedies": ["复议"]}
    refused("branch_refusal_has_reasons", lambda: decision(row, **no | {"reasons": ""}))
    refused("branch_refusal_has_reasons", lambda: decision(row, **no | {"remedies": []}))
    decision(row, **no)
    refused("branch_decided_once", lambda: decision(row))


def test_letters(row: models.Branch) -> None:
    letter(row, number="准〔2026〕1号")
    refused("branch_letter_number_once", lambda: letter(row, number="准〔2026〕1号"))
    refused("branch_letter_digest_is_sha256", lambda: letter(row, sha256="0"))


def test_stops(row: models.Branch) -> None:
    def stop(**changes: Any) -> models.Stop:
        fields = {
            "branch": row, "procedure": "test", "reason": "检测", "first_on": dt.date(2026, 1, 6), "expected_days": 3,
            "letter": letter(row),
        }  # fmt: skip
        return models.Stop.objects.create(**(fields | changes))

    refused("branch_stop_says_how_long", lambda: stop(expected_days=0))
    refused("branch_stop_ends_after_it_begins", lambda: stop(last_on=dt.date(2026, 1, 5)))
    refused("branch_stop_procedure_known", lambda: stop(procedure="lunch"))
    refused("null value", lambda: stop(letter=None))
    stop()
    refused("branch_stopped_once", stop)


def test_opinions_and_events(row: models.Branch) -> None:
    opinion = {
        "branch": row,
        "stage": "main",
        "stance": "grant",
        "grounds": "符合",
        "by_id": "market-1",
        "at": MONDAY,
    }
    refused("branch_opinion_has_grounds", lambda: models.Opinion.objects.create(**opinion | {"grounds": ""}))
    refused(
        "branch_opinion_stance_known", lambda: models.Opinion.objects.create(**opinion | {"stance": "hm"})
    )
    event = {"branch": row, "number": 9, "act": "take", "after": "open", "at": MONDAY, "by_kind": "staff",
             "by_id": "market-1", "role": "reviewer"}  # fmt: skip
    refused("branch_event_act_known", lambda: models.Event.objects.create(**event | {"act": "sleep"}))
    refused("branch_event_role_known", lambda: models.Event.objects.create(**event | {"role": "guest"}))
    refused("branch_event_number_once", lambda: models.Event.objects.create(**event | {"number": 1}))


def test_visits(cast: Cast) -> None:
    case_id = accepted(cast, "restaurant")
    company = branch(case_id, "company")
    operations.decide(branch_id=company.id, outcome=Outcome.GRANTED, by=head("market"), at=MONDAY)
    visit = operations.plan_visit(
        case_id=case_id, starts_at=moment(1, 7, 9), ends_at=moment(1, 7, 11), place="店里", members=members(case_id),
        by=reviewer("market"), at=MONDAY,
    )  # fmt: skip
    rows = models.Visit.objects.filter(id=visit)
    refused("visit_ends_after_it_starts", lambda: rows.update(ends_at=moment(1, 7, 8)))
    some = models.VisitMember.objects.filter(visit_id=visit)
    refused("visit_two_people", lambda: some.update(people=["fire-1"]))
    refused("visit_finding_says_something", lambda: some.update(passes=True, found_at=MONDAY))
    refused("visit_finding_says_something", lambda: some.update(passes=True))
    twin = some.first()
    assert twin
    refused(
        "visit_planned_once",
        lambda: models.VisitMember.objects.create(
            visit_id=visit, branch_id=twin.branch_id, people=["a", "b"]
        ),
    )


def test_work(row: models.Branch) -> None:
    refused("work_kind_known", lambda: models.Work.objects.filter(id=row.id).update(kind="fun"))


def delete(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


def test_what_was_written_stays(row: models.Branch) -> None:
    operations.stop(
        branch_id=row.id, procedure=Procedure.TEST, expected_days=3, reason="需要检测", by=reviewer("market"), at=MONDAY
    )  # fmt: skip
    for model in (models.Event, models.Letter, models.Opinion, models.Decision):
        refused("approvals_append_only", lambda model=model: delete(model))
        refused("approvals_append_only", lambda model=model: model.objects.update(at=MONDAY))


def test_saved_filters_have_a_name_of_their_own_and_say_something(db: None) -> None:
    given = {"staff": "market-1", "name": "急件", "query": "light=red", "at": MONDAY}
    models.SavedFilter.objects.create(**given)
    refused("filter_name_once", lambda: models.SavedFilter.objects.create(**given))
    for empty in ("name", "query"):
        changed = given | {"staff": "market-2", empty: ""}
        refused("filter_says_something", lambda changed=changed: models.SavedFilter.objects.create(**changed))

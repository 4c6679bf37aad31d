"""Opening a restaurant with nothing but the interface: from the token to sealed licences that anybody can verify."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.channels.desk.conftest import Moment, deliver
from tests.channels.openapi.software import Software, companies, enter
from tests.factories.cases import MONDAY
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.trust import queries as trust
from tongban.kernel import clock
from tongban.kernel.types import Actor
from tongban.services.approvals import operations as approvals
from tongban.services.approvals import queries as branches
from tongban.services.approvals.types import Branch, Member, Outcome, Stance
from tongban.services.cases import operations as cases

LEAD = "district-market-regulation"
SERVICE = "bundle/opening-a-restaurant-2024"
ANSWERS = {"area": 120, "fire_way": "check", "drainage": "direct", "filer": "self"}
GROUNDS = "申请材料齐全、符合法定形式，现场与图纸一致。"


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    standing = Moment(MONDAY)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def shop(city: int, moment: Moment, settings: Any) -> Software:
    """Return the software of a catering company, with its legal representative's consent."""
    settings.DEMONSTRATION = True
    settings.ACCOUNT_RATE_LIMITS = {}
    browser = enter("p002")
    return Software(browser, companies(browser)[0])


def staff_for(department: str, duty: str, nth: int = 0) -> Actor:
    member = identity.staff_with(duty, department=department)[nth]
    return Actor("staff", member.code, member.name)


def judge(case_id: uuid.UUID, moment: Moment) -> None:
    """Four departments accept, visit together, and decide."""
    cases.accept(case_id=case_id, by=staff_for(LEAD, "accept"), at=moment.at)
    deliver(moment.at)
    opened = branches.branches(case_id, at=moment.at)
    visited = [one for one in opened if one.needs_visit]
    starts = moment.at + dt.timedelta(days=1)
    approvals.plan_visit(
        case_id=case_id, starts_at=starts, ends_at=starts + dt.timedelta(hours=2), place="马当路 288 号",
        members=[Member(one.id, visitors(one)) for one in visited], by=staff_for(LEAD, "joint-visit"), at=moment.at,
    )  # fmt: skip
    moment.pass_days(1)
    for one in visited:
        by = staff_for(one.department, "joint-visit")
        approvals.record_finding(branch_id=one.id, passes=True, text="与平面图一致", by=by, at=moment.at)
    moment.pass_days(1)
    for one in branches.branches(case_id, at=moment.at):
        if one.is_final:
            continue  # what is decided on the spot was
        by = staff_for(one.department, "review")
        approvals.give_opinion(branch_id=one.id, stance=Stance.GRANT, grounds=GROUNDS, by=by, at=moment.at)
        head = staff_for(one.department, "decide")
        approvals.decide(branch_id=one.id, outcome=Outcome.GRANTED, reasons=GROUNDS, at=moment.at, by=head)
    deliver(moment.at)


def visitors(one: Branch) -> tuple[str, ...]:
    return tuple(staff_for(one.department, "joint-visit", nth).id for nth in (0, 1))


@pytest.mark.slow
def test_opening_a_restaurant_by_the_interface_alone(shop: Software, moment: Moment) -> None:
    # whom for, and the draft: asked twice with one key it is one
    granted = [one for one in shop.ask("GET", "/parties") if one["granted"]]
    assert [(one["kind"], one["via"]) for one in granted] == [("company", "representative")]
    case = shop.begin(SERVICE, "begin-1", answers=ANSWERS, district="310101")
    assert shop.begin(SERVICE, "begin-1", answers=ANSWERS, district="310101") == case
    assert [one["id"] for one in shop.ask("GET", "/cases")["items"]] == [case]

    # the form is filled by registers; what is missing is said at once, in either language
    fields = shop.ask("GET", f"/cases/{case}/form")["fields"]
    assert any(one["source"].startswith("register:") and one["disputable"] for one in fields)
    before = shop.ask("GET", f"/cases/{case}/pre-review", Accept_Language="en")
    assert not before["ready"]
    assert all(one["sentence"].isascii() or "“" in one["sentence"] for one in before["missing"])
    declared = {"declared_true": True}
    early = shop.ask("POST", f"/cases/{case}/submission", declared, status=409, Idempotency_Key="hand-in-1")
    assert early is not None
    shop.fill_in(case)
    shop.bring_papers(case)
    assert shop.ask("GET", f"/cases/{case}/pre-review") == {"ready": True, "missing": []}

    # handed in once; the same key gives the same receipt
    receipt = shop.ask("POST", f"/cases/{case}/submission", declared, Idempotency_Key="hand-in-1")
    assert shop.ask("POST", f"/cases/{case}/submission", declared, Idempotency_Key="hand-in-1") == receipt
    assert shop.ask("GET", f"/cases/{case}/receipt") == receipt
    paper = shop.ask("GET", f"/cases/{case}/receipt.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert paper["Cache-Control"] == "no-store"

    # by which software it was done, is on the record
    used = [one.detail for one in ledger.entries(shop.party) if one.act == "interface.used"]
    assert {"system": "shop-software", "operation": "submit_case"} in used

    # anybody with the receipt can follow; nobody's name is in it
    followed = shop.http.post(
        "/api/v1/progress", {"number": receipt["number"], "code": receipt["code"]}, "application/json"
    )
    assert followed.status_code == 200
    assert followed.json()["state"] == "received"
    assert receipt["applicant_name"] not in followed.content.decode()

    judge(uuid.UUID(case), moment)

    # decided by four departments; whose days; told in writing
    done = shop.ask("GET", f"/cases/{case}")
    assert {one["state"] for one in done["branches"]} == {"granted"}
    assert len({one["department"] for one in done["branches"]}) == 4
    assert done["visit"]["held"]
    assert sum(one["days"] for one in done["days"]) >= 1
    assert {"acceptance"} <= {one["kind"] for one in shop.ask("GET", f"/cases/{case}/letters")}
    titles = [one["title"] for one in shop.ask("GET", "/messages", Accept_Language="en")]
    assert titles
    assert shop.ask("POST", f"/messages/{shop.ask('GET', '/messages')[0]['id']}/read")

    # the licences, sealed; any reader of PDF verifies them, and so does the register
    held = [one for one in shop.ask("GET", "/licences") if one["case"] == case]
    assert len([one for one in held if not one["is_combined"]]) == 4
    for one in held:
        check_seal(shop.ask("GET", f"/licences/{one['id']}/pdf").content)
        asked = {"reference": one["identifier"], "code": one["code"]}
        shown = shop.http.post("/api/v1/verify", asked, "application/json").json()
        assert (shown["state"], shown["is_signature_good"]) == ("valid", True)


def check_seal(data: bytes) -> None:
    """Verify with pyhanko alone that the seal covers the whole file and nothing was changed since."""
    signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[-1]
    root = trust.root()
    assert root is not None
    known = ValidationContext(
        trust_roots=[Certificate.load(root)], moment=clock.now(), best_signature_time=clock.now()
    )
    found = validate_pdf_signature(signature, known, skip_diff=False)
    assert found.intact
    assert found.valid
    assert found.trusted
    assert found.coverage is SignatureCoverageLevel.ENTIRE_FILE

"""Applying by one's own software: what is refused, with which status, and what nothing is lost by."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from tests.channels.desk.conftest import Moment, deliver
from tests.channels.openapi.software import Software, companies, enter, picture
from tests.channels.openapi.test_restaurant import ANSWERS, LEAD, SERVICE, staff_for
from tests.factories.cases import MONDAY
from tongban.foundation.documents.types import LARGEST_BYTES
from tongban.foundation.identity import operations as identity
from tongban.kernel import clock
from tongban.services.cases import operations as cases
from tongban.services.cases.types import Demand

pytestmark = pytest.mark.slow

DECLARED = {"declared_true": True}


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    standing = Moment(MONDAY)
    monkeypatch.setattr(clock, "now", standing.now)
    return standing


@pytest.fixture
def owner(city: int, moment: Moment, settings: Any) -> Client:
    settings.DEMONSTRATION, settings.ACCOUNT_RATE_LIMITS = True, {}
    return enter("p002")


@pytest.fixture
def shop(owner: Client) -> Software:
    return Software(owner, companies(owner)[0])


@pytest.fixture
def draft(shop: Software) -> str:
    return shop.begin(SERVICE, "begin", answers=ANSWERS, district="310101")


def code_of(answer: Any) -> str:
    assert answer["Content-Type"] == "application/problem+json"
    return str(answer.json()["code"])


def refused(shop: Software, status: int, method: str, path: str, body: Any = None, **headers: str) -> str:
    answer = shop.ask(method, path, body, status=None, **headers)
    assert answer.status_code == status, (answer.status_code, answer.content.decode())
    return code_of(answer)


def test_only_a_token_with_the_scope_is_let_in(shop: Software, owner: Client) -> None:
    for headers, status, code in (
        ({}, 401, "token-missing"),
        ({"Authorization": "Basic abc"}, 401, "token-missing"),
        ({"Authorization": "Bearer nonsense"}, 401, "token-wrong"),
    ):
        answer = shop.http.get("/api/v1/my/cases", headers=headers)
        assert (answer.status_code, code_of(answer)) == (status, code)
        assert answer["WWW-Authenticate"].startswith('Bearer realm="tongban"')
        assert "Access-Control-Allow-Origin" not in answer
    assert owner.get("/api/v1/my/cases").status_code == 401, "a browser's session is no token"
    reader = Software(owner, shop.party, code="reader", scopes=("cases:read",))
    assert reader.ask("GET", "/cases")["items"] == []
    answer = reader.ask("GET", "/licences", status=None)
    assert (answer.status_code, code_of(answer)) == (403, "scope-missing")
    assert 'scope="licences:read"' in answer["WWW-Authenticate"]
    identity.record_sign_out(
        account=uuid.UUID(owner.session["_auth_user_id"]), reason="asked", by=shop.actor, at=clock.now()
    )
    owner.post("/signout")
    assert refused(shop, 401, "GET", "/cases") == "token-wrong", "who leaves here leaves their software too"


def test_a_token_is_for_one_party(shop: Software, owner: Client, draft: str) -> None:
    """The person could act for the company; their software, let in for themselves alone, can not."""
    own = Software(owner, code="for-myself")
    assert own.ask("GET", "/cases")["items"] == []
    assert refused(own, 404, "GET", f"/cases/{draft}") == "case-unknown"
    parties = own.ask("GET", "/parties")
    assert [one["granted"] for one in parties][:1] == [True]
    assert len(parties) > 1, "one sees for whom else one could ask"
    assert [one["granted"] for one in shop.ask("GET", "/parties")] == [True], "and here nobody else"


def test_a_form_is_saved_only_over_the_version_that_was_read(shop: Software, draft: str) -> None:
    path = f"/cases/{draft}/form"
    form = shop.ask("GET", path)
    tag = shop.http.get(f"/api/v1/my{path}", headers=shop.headers())["ETag"]
    assert tag == f'"{form["version"]}"'
    texts = [
        one["code"]
        for one in form["fields"]
        if one["value"] is None and one["kind"] == "text" and not one["choices"]
    ]
    one, other = texts[:2]
    first = shop.ask("PATCH", path, {"values": {one: "甲"}}, If_Match=tag)
    assert first["version"] == form["version"] + 1
    assert refused(shop, 412, "PATCH", path, {"values": {other: "乙"}}, If_Match=tag) == "case-form-changed"
    assert refused(shop, 412, "PATCH", path, {"values": {other: "乙"}}, If_Match="abc") == "version-changed"
    assert refused(shop, 428, "PATCH", path, {"values": {other: "乙"}}) == "version-missing"
    now = {field["code"]: field for field in shop.ask("GET", path)["fields"]}
    assert (now[one]["value"], now[one]["source"], now[other]["value"]) == ("甲", "applicant", None)


def test_a_value_is_of_its_kind_and_of_its_source(shop: Software, draft: str) -> None:
    path, form = f"/cases/{draft}/form", shop.ask("GET", f"/cases/{draft}/form")
    tag, kinds = (
        f'"{form["version"]}"',
        {one["kind"]: one["code"] for one in form["fields"] if not one["disputable"]},
    )
    wrong: dict[str, Any] = {"number": "80", "date": "2026-02-30", "phone": "no", "text": 7, "boolean": "yes"}
    for kind in wrong.keys() & kinds.keys():
        code = refused(shop, 422, "PATCH", path, {"values": {kinds[kind]: wrong[kind]}}, If_Match=tag)
        assert code.startswith("value-not-"), kind
    assert (
        refused(shop, 422, "PATCH", path, {"values": {"no-such-field": 1}}, If_Match=tag)
        == "case-field-unknown"
    )
    listed = next(one for one in form["fields"] if one["choices"] and not one["disputable"])
    sent = {"values": {listed["code"]: "没有列出的"}}
    assert refused(shop, 422, "PATCH", path, sent, If_Match=tag) == "case-field-choice"
    from_register = next(one for one in form["fields"] if one["disputable"])
    sent = {"values": {from_register["code"]: "别的"}}
    assert refused(shop, 409, "PATCH", path, sent, If_Match=tag) == "case-field-from-register"
    asked = {"field": from_register["code"], "actual": "别的", "grounds": "变更过"}
    due = dt.date.fromisoformat(shop.ask("POST", f"/cases/{draft}/disputes", asked, status=201)["due_on"])
    assert due > MONDAY.date()
    assert refused(shop, 409, "POST", f"/cases/{draft}/disputes", asked) == "case-disputed-already"
    after = next(one for one in shop.ask("GET", path)["fields"] if one["code"] == from_register["code"])
    assert (after["value"], after["disputed"], after["disputable"]) == ("别的", True, False)


@pytest.mark.slow
def test_one_key_is_one_request(shop: Software, draft: str) -> None:
    body = {"service": {"kind": "bundle", "code": SERVICE.partition("/")[2]}, "answers": {"area": 50}}
    assert refused(shop, 422, "POST", "/cases", body, Idempotency_Key="begin") == "idempotency-key-reused"
    assert refused(shop, 400, "POST", "/cases", body) == "idempotency-key-missing"
    assert (
        refused(shop, 400, "POST", "/cases", body, Idempotency_Key="x" * 81) == "idempotency-key-unreadable"
    )
    second = shop.begin(SERVICE, '"begin-2"', answers=ANSWERS, district="310101")
    for case in (draft, second):
        shop.fill_in(case)
        shop.bring_papers(case)
    assert refused(shop, 400, "POST", f"/cases/{draft}/submission", DECLARED) == "idempotency-key-missing"
    assert refused(
        shop, 422, "POST", f"/cases/{draft}/submission", {"declared_true": False}, Idempotency_Key="k"
    ) == ("parameters-invalid")
    first = shop.ask("POST", f"/cases/{draft}/submission", DECLARED, Idempotency_Key="k")
    code = refused(shop, 422, "POST", f"/cases/{second}/submission", DECLARED, Idempotency_Key="k")
    assert code == "idempotency-key-reused"
    assert shop.ask("GET", f"/cases/{second}")["state"] == "draft", "nothing was handed in"
    again = shop.ask("POST", f"/cases/{draft}/submission", DECLARED, Idempotency_Key="another")
    assert again == first, "a case is handed in once, by whatever key"


def test_a_file_is_what_it_is_seen_to_be(shop: Software, draft: str) -> None:
    missing = next(one for one in shop.ask("GET", f"/cases/{draft}/materials")
                   if one["state"] == "missing" and one["kind"] != "commitment")  # fmt: skip
    path = f"/cases/{draft}/materials/{missing['item']}/{missing['code']}/file"
    png, pdf = "image/png", "application/pdf"
    for data, kind, status, code in (
        (b"", png, 422, "file-empty"),
        (b"MZ" + bytes(200), pdf, 415, "file-kind"),
        (b"%PDF-1.7 broken", pdf, 422, "file-damaged"),
        (picture(), "text/html", 415, "file-kind-unsupported"),
        (b"x" * (LARGEST_BYTES + 1), pdf, 413, "file-too-large"),
        (b"not a form", "multipart/form-data; boundary=x", 422, "file-missing"),
        (b"not a form", "multipart/form-data", 400, "body-unreadable"),
    ):
        answer = shop.upload(path, data, kind, status=None)
        assert (answer.status_code, code_of(answer)) == (status, code)
    huge = shop.http.generic(
        "POST", f"/api/v1/my{path}", b"x", png, headers=shop.headers(), CONTENT_LENGTH="9" * 9
    )
    assert (huge.status_code, code_of(huge)) == (413, "body-too-large")
    assert refused(shop, 409, "DELETE", path) == "case-paper-not-given"
    assert refused(shop, 404, "GET", path) == "case-paper-unknown"
    given = shop.upload(path, picture(), "application/octet-stream", name="%E5%9B%BE.png")
    assert (given["state"], given["document_name"]) == ("given", "图.png")
    read = shop.ask("GET", path)
    assert read["Content-Type"] == png
    assert read["Content-Disposition"].startswith("attachment")
    assert shop.ask("DELETE", path)["state"] == "missing"
    elsewhere = path.replace(missing["code"], "no-such-paper")
    assert refused(shop, 404, "DELETE", elsewhere) == "case-paper-unknown"
    assert refused(shop, 404, "PUT", path, {"document": str(uuid.uuid4())}) == "case-document-unknown"


def test_nobody_signs_what_they_have_not_read(shop: Software, draft: str) -> None:
    one = next(one for one in shop.ask("GET", f"/cases/{draft}/materials") if one["kind"] == "commitment")
    path = f"/cases/{draft}/materials/{one['item']}/{one['code']}/commitment"
    assert refused(shop, 409, "POST", path, {"digest": "0" * 64}) == "case-commitment-changed"
    assert refused(shop, 422, "POST", path, {"digest": "abc"}) == "parameters-invalid"
    text = shop.ask("GET", path)
    assert one["name"] in text["text"]
    assert shop.ask("POST", path, {"digest": text["digest"]})["state"] == "committed"


@pytest.mark.slow
def test_told_once_supplemented_and_taken_back(shop: Software, draft: str, moment: Moment) -> None:
    shop.fill_in(draft)
    shop.bring_papers(draft)
    assert refused(shop, 404, "GET", f"/cases/{draft}/notice") == "notice-missing"
    assert refused(shop, 404, "GET", f"/cases/{draft}/receipt") == "case-unknown"
    shop.ask("POST", f"/cases/{draft}/submission", DECLARED, Idempotency_Key="k")
    assert refused(shop, 409, "POST", f"/cases/{draft}/supplement")
    paper = next(one for one in shop.ask("GET", f"/cases/{draft}/materials") if one["state"] == "given")
    demand = Demand("请补一份盖章的图", item=paper["item"], material=paper["code"])
    cases.give_notice(case_id=uuid.UUID(draft), demands=[demand], by=staff_for(LEAD, "accept"), at=moment.at)
    deliver(moment.at)
    notice = shop.ask("GET", f"/cases/{draft}/notice")
    assert [(one["item"], one["material"]) for one in notice["demands"]] == [(paper["item"], paper["code"])]
    assert notice["seal"]
    shop.upload(f"/cases/{draft}/materials/{paper['item']}/{paper['code']}/file", picture(), "image/png")
    assert shop.ask("POST", f"/cases/{draft}/supplement")["state"] == "accepted"
    assert shop.ask("POST", f"/cases/{draft}/withdrawal", {"reason": "不开了"})["state"] == "withdrawn"
    assert refused(shop, 409, "POST", f"/cases/{draft}/withdrawal", {})
    assert shop.ask("GET", f"/cases/{draft}")["acts"] == []


def test_receipts_and_licences_are_not_to_be_guessed(shop: Software, settings: Any) -> None:
    asked = {"number": "2026030212345678", "code": "AAAAAA"}
    for address, body, code in (("progress", asked, "progress-wrong"),
                                ("verify", {"reference": "1", "code": "1"}, "licence-unknown")):  # fmt: skip
        answer = shop.http.post(f"/api/v1/{address}", body, "application/json")
        assert (answer.status_code, code_of(answer)) == (404, code)
    settings.ACCOUNT_RATE_LIMITS = {"progress": "2/m/key"}
    answers = [shop.http.post("/api/v1/progress", asked, "application/json") for _ in range(3)]
    assert [one.status_code for one in answers] == [404, 404, 429]
    assert code_of(answers[-1]) == "too-often"

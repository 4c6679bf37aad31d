"""A call from its signature to its answer: who may, what leaves, what is on record."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import uuid

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, CONSUMER, OFFICER, PROVIDER, SERVICE, Caller
from tongban.datahub.exchange import models, operations, queries
from tongban.datahub.exchange.types import Answer, Outcome
from tongban.datahub.resources import models as resources
from tongban.foundation.http_signatures.types import ALGORITHMS
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock

NUMBER = "310101199001010014"


def type_of(answer: Answer) -> str:
    """Return the failure's type, which the header and the body say alike."""
    said = dict(answer.headers).get("X-Road-Error", "")
    assert (json.loads(answer.body).get("type") or "") == said
    return said


def recorded() -> list[tuple[object, ...]]:
    return statements.rows('SELECT outcome, "grant" FROM exchange_record ORDER BY at', [])


@pytest.mark.law("exchange-granted-fields")
def test_only_granted_fields_leave(caller: Caller) -> None:
    answer = caller.call()
    assert answer.status == 200
    assert json.loads(answer.body) == {"rows": [{"number": NUMBER, "name": "张三"}]}


def test_the_headers_of_the_answer(caller: Caller) -> None:
    """Message Protocol for REST 4.3; the hash can be computed by who made the call."""
    environ = caller.environ(f"{ADDRESS}?number={NUMBER}", headers={"x-road-issue": "MT324223MSD"})
    answer = caller.send(environ)
    headers = dict(answer.headers)
    assert headers["X-Road-Client"] == CONSUMER
    assert headers["X-Road-Service"] == f"{PROVIDER}/{SERVICE}"
    assert headers["X-Road-Id"] == "fa2e18a5"
    lines = {
        "x-road-client": CONSUMER,
        "x-road-id": "fa2e18a5",
        "x-road-issue": "MT324223MSD",
        "x-road-request-id": headers["X-Road-Request-Id"],
    }
    text = f"GET\r\n{ADDRESS}?number={NUMBER}\r\n" + "".join(f"{n}:{v}\r\n" for n, v in sorted(lines.items()))
    assert headers["X-Road-Request-Hash"] == base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()
    digest = base64.b64encode(hashlib.sha256(answer.body).digest()).decode()
    assert headers["Content-Digest"] == f"sha-256=:{digest}:"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_keys_of_every_algorithm(db: None, algorithm: str) -> None:
    exchange.make_service()
    exchange.make_grant()
    assert exchange.make_caller(algorithm=algorithm).call().status == 200


@pytest.mark.law("exchange-recorded")
def test_a_call_is_on_record_with_its_evidence(caller: Caller) -> None:
    answer = caller.call(headers={"x-road-userid": "CNz-17", "x-road-issue": "SH2026-1"})
    id = uuid.UUID(dict(answer.headers)["X-Road-Request-Id"])
    found = queries.find_exchange(id)
    assert found is not None
    assert (found.consumer, found.provider, found.service) == (CONSUMER, PROVIDER, SERVICE)
    assert (found.outcome, found.status, found.size) == (Outcome.AUTHORISED, 200, len(answer.body))
    assert (found.user, found.issue, found.fields) == ("CNz-17", "SH2026-1", ("number", "name"))
    evidence = queries.evidence_of(id)
    assert evidence is not None
    assert evidence.signed.startswith(b'"@method": GET\n"@authority": 127.0.0.1:8000\n')
    assert NUMBER.encode() in evidence.signed
    assert evidence.answer_digest == hashlib.sha256(answer.body).digest()
    from tongban.foundation.http_signatures import algorithms
    from tongban.foundation.http_signatures.types import Key

    key = Key(evidence.key.id, evidence.key.algorithm, evidence.key.public)
    assert algorithms.verify(key, evidence.signed, evidence.signature), "a court can verify it alone"


@pytest.mark.law("exchange-subject-hidden")
def test_the_person_finds_who_asked_and_no_number_stands_in_the_table(caller: Caller) -> None:
    caller.call()
    caller.call(f"{ADDRESS}?number=310101198506152346")
    assert [one.consumer for one in queries.exchanges_about(NUMBER)] == [CONSUMER]
    assert queries.exchanges_about("310101199001010022") == ()
    (rows,) = statements.rows("SELECT string_agg(r::text, '') FROM exchange_record r", [])
    assert NUMBER not in rows[0]
    assert NUMBER.encode().hex() not in rows[0]


def test_the_same_signature_is_answered_once(caller: Caller) -> None:
    """exchange_call_once: the second time it is neither answered nor recorded nor counted."""
    environ = caller.environ(f"{ADDRESS}?number={NUMBER}")
    assert caller.send(dict(environ)).status == 200
    again = caller.send(dict(environ))
    assert (again.status, type_of(again)) == (400, "Client.InvalidSignatureValue")
    assert json.loads(again.body)["code"] == "replayed"
    assert len(recorded()) == 1
    assert used() == 1


def used() -> int:
    grant = resources.Grant.objects.get().id
    return sum(one.calls for one in queries.usage(grant, since=clock.today()))


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "revoked", "ended_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"valid_from": dt.date(2020, 1, 1), "until": dt.date(2020, 1, 2)},
        {"valid_from": dt.date(2999, 1, 1), "until": dt.date(2999, 1, 2)},
        {"consumer": "SH/GOV/other/desk"},
        {"provider": "SH/GOV/other/people"},
        {"service": "company"},
        {"resource": "veterans-helper"},
    ],
)
def test_without_a_grant_for_now_and_this_nothing_is_answered(
    caller: Caller, changes: dict[str, object]
) -> None:
    resources.Grant.objects.update(**changes)
    answer = caller.call()
    assert (answer.status, type_of(answer)) == (500, "Server.ServerProxy.AccessDenied")
    assert recorded() == [("AccessDenied", None)], "that it was tried is on record"


def test_a_grant_that_ends_between_two_calls(caller: Caller) -> None:
    assert caller.call().status == 200
    resources.Grant.objects.update(state="revoked", ended_at=clock.now())
    assert type_of(caller.call()) == "Server.ServerProxy.AccessDenied"


def test_of_several_grants_the_call_may_name_one(caller: Caller) -> None:
    narrow = exchange.make_grant(("name",), material="other", valid_from=clock.today() - dt.timedelta(days=3))
    assert "number" in json.loads(caller.call().body)["rows"][0], "the newest, unless it is named"
    answer = caller.call(headers={"x-tongban-grant": str(narrow)})
    assert json.loads(answer.body) == {"rows": [{"name": "张三"}]}
    assert type_of(caller.call(headers={"x-tongban-grant": str(uuid.uuid4())})).endswith("AccessDenied")
    assert type_of(caller.call(headers={"x-tongban-grant": "x"})) == "Client.BadRequest"


@pytest.mark.law("data-purpose-bound")
@pytest.mark.parametrize(
    "other",
    [{"purpose": "核对岗位资格"}, {"items": ["medical-device-filing"]}, {"basis": "药品管理法 52"}],
    ids=lambda other: next(iter(other)),
)
def test_a_call_says_by_which_of_several_purposes(caller: Caller, other: dict[str, object]) -> None:
    """Whose data it is reads the purpose of the grant: nobody tells them one that the caller did not claim."""
    first, second = resources.Grant.objects.get().id, exchange.make_grant(("name",), **other)
    answer = caller.call()
    assert (answer.status, type_of(answer)) == (400, "Client.GrantAmbiguous")
    assert json.loads(answer.body)["code"] == "grant-ambiguous"
    assert recorded() == [("GrantAmbiguous", None)], "that it was tried is on record, by no grant"
    assert caller.call(headers={"x-tongban-grant": str(second)}).status == 200
    assert recorded()[-1] == ("", second)
    resources.Grant.objects.filter(id=second).update(state="revoked", ended_at=clock.now())
    assert caller.call().status == 200, "one is left"
    assert {one.grant for one in queries.exchanges_about(NUMBER)} == {first, second}


def test_a_revoked_key_is_refused_at_once(caller: Caller) -> None:
    assert caller.call().status == 200
    operations.revoke_key(key=caller.key, reason="人员离岗", by=OFFICER, at=clock.now())
    assert type_of(caller.call()) == "Server.ServerProxy.KeyRevoked"
    assert recorded()[-1][0] == "KeyRevoked"


def test_a_key_speaks_for_its_own_subsystem_only(caller: Caller) -> None:
    other = exchange.make_caller("SH/GOV/other/desk")
    answer = other.call(headers={"x-road-client": CONSUMER})
    assert json.loads(answer.body)["code"] == "not-the-client"
    assert recorded() == []


def test_paused_and_unknown_services(caller: Caller) -> None:
    service = {"provider": PROVIDER, "code": SERVICE, "reason": "维护", "by": OFFICER}
    operations.enable_service(**service, is_enabled=False, at=clock.now())
    assert type_of(caller.call()) == "Server.ServerProxy.ServiceDisabled"
    operations.enable_service(**service, is_enabled=True, at=clock.now())
    assert caller.call().status == 200
    assert type_of(caller.call(f"/r1/{PROVIDER}/nothing")) == "Server.ServerProxy.UnknownService"


@pytest.mark.parametrize("per_day", [1, 3, 300])
def test_the_days_limit_is_kept_to_the_call(caller: Caller, per_day: int) -> None:
    resources.Grant.objects.update(per_day=per_day)
    grant = resources.Grant.objects.get().id
    before = max(0, per_day - 3)
    statements.one(
        'INSERT INTO exchange_meter ("grant", day, shard, calls) VALUES (%s, %s, -1, %s) RETURNING 1',
        [grant, clock.today(), before],
    )
    answers = [caller.call() for _ in range(5)]
    good = min(3, per_day)
    assert [answer.status for answer in answers] == [200] * good + [500] * (5 - good)
    assert type_of(answers[-1]) == "Server.ServerProxy.QuotaExceeded"
    assert used() == per_day
    resources.Grant.objects.update(per_day=per_day + 1)
    assert caller.call().status == 200


@pytest.mark.parametrize(
    ("address", "type"),
    [
        (f"{ADDRESS}", "Client.InvalidRequest"),
        (f"{ADDRESS}?number=1&number=2", "Client.InvalidRequest"),
        (f"{ADDRESS}?number=1&other=2", "Client.InvalidRequest"),
        (f"{ADDRESS}?number=%FF", "Client.InvalidRequest"),
        (f"{ADDRESS}/further?number=1", "Client.InvalidRequest"),
        (f"{ADDRESS}?number={NUMBER}%00", "Client.InvalidRequest"),
        ("/r1/SH/GOV/gaj/people", "Client.BadRequest"),
        ("/r1/SH/GOV/gaj/people/", "Client.BadRequest"),
        ("/r1/SH/GOV/gaj/pe_ople/person", "Client.BadRequest"),
        ("/r1/SH/GOV/../people/person", "Client.BadRequest"),
        ("/r2/SH/GOV/gaj/people/person", "Client.InvalidProtocolVersion"),
    ],
)
def test_addresses_that_do_not_do(caller: Caller, address: str, type: str) -> None:
    answer = caller.call(address)
    assert (answer.status, type_of(answer)) == (400, type)


@pytest.mark.law("exchange-subject-named")
@pytest.mark.parametrize(
    "sign", ["\u200b", "\u00ad", "\ufeff", "-", "–", "·", " ", "\t", "\n", "１", ";", "' OR 1=1 --"]
)
def test_whose_data_it_is_is_written_as_numbers_are(caller: Caller, sign: str) -> None:
    """A provider that reads it more tolerantly than we do would answer, and the person not find the call."""
    for text in (f"{NUMBER}{sign}", f"{NUMBER[:6]}{sign}{NUMBER[6:]}", f"{sign}{NUMBER}"):
        answer = caller.call(f"{ADDRESS}?number={exchange.encoded(text)}")
        assert (answer.status, json.loads(answer.body)["code"]) == (400, "not-a-number"), ascii(text)


def test_registers_are_only_read(caller: Caller) -> None:
    assert type_of(caller.call(body=b"{}")) == "Client.InvalidHttpMethod"
    assert type_of(caller.call(method="DELETE")) == "Client.InvalidHttpMethod"


def test_a_register_that_fails_says_so_and_no_more(caller: Caller) -> None:
    def broken(asked: object) -> list[dict[str, object]]:
        raise RuntimeError("password of the database: 1234")

    operations.add_register("people", broken)
    answer = caller.call()
    assert type_of(answer) == "Server.ServerProxy.ServiceFailed.InternalError"
    assert b"1234" not in answer.body
    (found,) = queries.exchanges_of(CONSUMER)
    assert (found.outcome, found.status) == (Outcome.AUTHORISED, 500)
    assert found.problem == "Server.ServerProxy.ServiceFailed.InternalError"


def test_signatures_that_do_not_do_are_told_in_the_callers_language(caller: Caller) -> None:
    environ = caller.environ(f"{ADDRESS}?number={NUMBER}")
    environ["QUERY_STRING"] = "number=310101198506152346"
    answer = caller.send(environ | {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"})
    said = json.loads(answer.body)
    assert (answer.status, said["type"]) == (400, "Client.InvalidSignatureValue")
    assert said["message"].startswith("The signature does not fit the request")
    assert uuid.UUID(said["detail"])
    assert recorded() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"HTTP_SIGNATURE": ""}, "signature-missing"),
        ({"HTTP_X_ROAD_USERID": "CN1"}, "signature-coverage"),
        ({"HTTP_X_ROAD_CLIENT": f"{CONSUMER},SH/GOV/gaj/desk"}, "bad-header"),
        ({"HTTP_X_ROAD_CLIENT": ""}, "header-missing"),
        ({"HTTP_X_ROAD_CLIENT": PROVIDER}, "signature-wrong"),
        ({"HTTP_X_ROAD_ID": "a\nb"}, "bad-header"),
        ({"HTTP_HOST": "localhost:8000"}, "signature-wrong"),
        ({"HTTP_HOST": "pudong.example"}, "not-this-host"),
        ({"REQUEST_METHOD": "POST"}, "signature-wrong"),
        ({"CONTENT_LENGTH": "10000001"}, "too-large"),
    ],
)
def test_requests_tampered_with(caller: Caller, changes: dict[str, str], code: str) -> None:
    answer = caller.send(caller.environ(f"{ADDRESS}?number={NUMBER}") | changes)
    assert json.loads(answer.body)["code"] == code
    assert recorded() == []


@pytest.mark.parametrize(
    ("seconds", "code"), [(-301, "signature-too-old"), (62, "signature-from-the-future")]
)
def test_a_clock_that_is_wrong(caller: Caller, seconds: int, code: str) -> None:
    created = int(clock.now().timestamp()) + seconds
    assert json.loads(caller.call(created=created).body)["code"] == code


def test_an_unknown_key(caller: Caller) -> None:
    assert json.loads(caller.call(key="unknown").body)["code"] == "signature-key"


def test_an_altered_body(caller: Caller) -> None:
    environ = caller.environ(ADDRESS, b'{"a": 1}')
    environ["wsgi.input"] = exchange.Body(b'{"a": 2}')
    assert json.loads(caller.send(environ).body)["code"] == "digest-wrong"


def test_the_record_is_append_only(caller: Caller) -> None:
    """exchange_append_only, exchange_authorised_by_grant: on the table and on each month's part."""
    from django.db import IntegrityError, connection, transaction

    caller.call()
    month = f"exchange_record_{clock.now():%Y_%m}"
    for table in ("exchange_record", month, "exchange_answer", "exchange_record_default"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(IntegrityError, match="exchange_append_only"), transaction.atomic():
                connection.cursor().execute(statement)
    with pytest.raises(IntegrityError, match="exchange_append_only"), transaction.atomic():
        connection.cursor().execute(f"UPDATE {month} SET consumer = 'nobody'")
    with pytest.raises(IntegrityError, match="exchange_authorised_by_grant"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO exchange_record SELECT id, signed_at, at, key, 'another', consumer, provider, service, '', NULL,"
            ' message_id, "user", issue, subject, signed, signature FROM exchange_record'
        )
    assert len(recorded()) == 1


def test_months_are_made_ahead(db: None) -> None:
    made = operations.make_months(by=OFFICER, at=dt.datetime(2031, 12, 20, tzinfo=dt.UTC))
    assert made == 15
    assert operations.make_months(by=OFFICER, at=dt.datetime(2031, 12, 20, tzinfo=dt.UTC)) == 0
    names = {row[0] for row in statements.rows("SELECT relname FROM pg_class WHERE relkind = 'r'", [])}
    assert {"exchange_record_2031_11", "exchange_record_2031_12", "exchange_answer_2033_01"} <= names


def test_calls_of_the_exchange_are_told_from_pages(caller: Caller) -> None:
    from tongban.channels.gateway.requests import is_call

    assert is_call("/r1/SH")
    assert is_call("/r22/SH")
    assert not is_call("/r/SH")
    assert not is_call("/register/1")
    assert not is_call("/en/r1/")


def test_keys_are_kept_once(caller: Caller) -> None:
    from tongban.kernel.errors import Failure

    row = models.Key.objects.get(id=caller.key)
    with pytest.raises(Failure) as refused:
        operations.register_key(
            subsystem=PROVIDER, algorithm=row.algorithm, public=bytes(row.public), by=OFFICER, at=clock.now()
        )
    assert refused.value.code == "key-taken"

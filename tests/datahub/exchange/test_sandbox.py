"""The sandbox: a key for everybody who works for a department, nobody's data, and no trace among real exchanges."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from stdnum.cn import ric, uscc

from tests.factories import described as pets
from tests.factories import exchange
from tests.factories.described import PETS, petstore
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER, Caller
from tongban.datahub.exchange import known, models, operations, queries
from tongban.datahub.exchange.operations import trying
from tongban.datahub.exchange.rules import samples
from tongban.datahub.exchange.types import Answer, ServiceKind
from tongban.datahub.resources.types import DataField
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ED25519
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor

MINE = CONSUMER.replace("SH/", "SH-TEST/")
THEIRS = PROVIDER.replace("SH/", "SH-TEST/")
ADDRESS = f"/r1/{THEIRS}/{PETS}"


def register(subsystem: str = MINE, *, by: Actor = OFFICER, at: dt.datetime | None = None) -> Caller:
    private, public = signatures.make_pair(ED25519)
    key = operations.register_trial_key(
        subsystem=subsystem, algorithm=ED25519, public=public, by=by, at=at or clock.now()
    )
    return Caller(subsystem, key, private)


@pytest.fixture
def caller(db: None) -> Caller:
    pets.make_catalogue()
    pets.publish(petstore())
    return register()


def rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.body.decode()
    found: list[dict[str, Any]] = json.loads(answer.body)["rows"]
    return found


def code(answer: Answer) -> str:
    return str(json.loads(answer.body)["code"])


def test_a_call_needs_a_key_and_nothing_else(caller: Caller) -> None:
    found = rows(caller.call(f"{ADDRESS}/v2/pets"))
    assert len(found) == samples.ROWS
    assert found[0].keys() == {field["code"] for field in pets.FIELDS}
    answer = caller.call(f"{ADDRESS}/v2/pets/search?chip-number={found[3]['chip-number']}")
    assert rows(answer) == [found[3]], "asked by a field, it is that row"
    answer = caller.call(f"{ADDRESS}/v2/pets/search?chipNumber={found[3]['chip-number']}")
    assert rows(answer) == [found[3]], "however the department spells it"
    assert dict(answer.headers)["X-Road-Service"] == f"{THEIRS}/{PETS}"
    assert rows(caller.call(f"{ADDRESS}/v2/pets", b"{}", headers={"x-road-id": "2"})) == [], (
        "nothing is written"
    )


def test_the_same_rows_each_time(caller: Caller) -> None:
    assert rows(caller.call(f"{ADDRESS}/v2/pets")) == rows(caller.call(f"{ADDRESS}/v2/pets"))


def test_it_says_what_a_real_call_would_be_told(caller: Caller) -> None:
    exchange.make_service(resource=PETS)
    address = f"/r1/{THEIRS}/person"
    assert code(caller.call(f"{address}?name=x")) == "wrong-parameters"
    assert code(caller.call(f"{address}?number=1", b"{}")) == "wrong-method"
    assert code(caller.call(f"{address}/x?number=1")) == "wrong-parameters"
    assert code(caller.call(f"{ADDRESS}/v2/shops")) == "no-such-path"
    assert code(caller.call(f"/r1/{THEIRS}/gone")) == "unknown-service"
    assert code(caller.call(f"{ADDRESS}/v2/pets", created=1000)) == "signature-too-old"


def test_it_says_so_of_a_service_of_the_departments_own_too(caller: Caller) -> None:
    asked = {"parameters": ("chip-number", "owner-id-number"), "subject": "owner-id-number"}
    exchange.make_service(
        "own", kind=ServiceKind.UPSTREAM, target="http://127.0.0.1:9", resource=PETS, **asked
    )
    address = f"/r1/{THEIRS}/own"
    owner = f"{address}?owner-id-number={samples.person(1)}"
    assert caller.call(owner).status == 200
    assert code(caller.call(f"{owner}&colour=1")) == "wrong-parameters"
    assert code(caller.call(f"{owner}%E2%80%8B")) == "not-a-number"
    assert code(caller.call(owner, b"{}")) == "wrong-method"
    assert code(caller.call(f"{address}/1?owner-id-number=1")) == "wrong-parameters"
    assert code(caller.call(f"{ADDRESS}/v2/pets", headers={"x-road-issue": None})) == "issue-missing"


def test_a_call_is_good_once_here_too(caller: Caller) -> None:
    environ = caller.environ(f"{ADDRESS}/v2/pets")
    assert caller.send(dict(environ)).status == 200
    assert code(caller.send(dict(environ))) == "replayed"
    assert len(queries.trials_of(MINE)) == 1


def test_real_keys_do_not_open_the_sandbox_nor_the_other_way_round(caller: Caller) -> None:
    real = exchange.make_caller()
    exchange.make_grant(service=PETS, resource=PETS)
    assert code(real.call(f"{ADDRESS}/v2/pets")) == "signature-key"
    address = f"/r1/{PROVIDER}/{PETS}/v2/pets"
    assert code(caller.call(address)) == "signature-key"
    pretended = caller.call(address, headers={"x-road-client": CONSUMER})
    assert code(pretended) == "signature-key"
    other = register(f"{MINE}-2")
    assert code(other.call(f"{ADDRESS}/v2/pets", headers={"x-road-client": MINE})) == "not-the-client"


def test_what_is_tried_is_no_exchange(caller: Caller) -> None:
    """Neither on record nor in the ledger nor metered nor among what was asked about somebody."""
    before = counted()
    caller.call(f"{ADDRESS}/v2/pets?owner-id-number={samples.person(1)}")
    caller.call(f"{ADDRESS}/v2/shops")
    assert counted() == before
    assert queries.exchanges_about(samples.person(1)) == ()
    tried = queries.trials_of(MINE)
    assert [(one.service, one.status, one.problem) for one in tried] == [
        (f"{THEIRS}/{PETS}", 400, "Client.InvalidRequest"),
        (f"{THEIRS}/{PETS}", 200, ""),
    ]
    assert caller.told == [], "and no answer is told of"


def counted() -> list[tuple[Any, ...]]:
    tables = ("exchange_record", "exchange_answer", "exchange_meter", "ledger_record")
    found = statements.rows("SELECT to_regclass('ledger_record') IS NOT NULL", [])
    assert found[0][0], "the ledger's table has another name now"
    return [row for name in tables for row in statements.rows(f"SELECT count(*) FROM {name}", [])]


def test_descriptions_and_lists_are_there_too(caller: Caller) -> None:
    described = json.loads(caller.call(f"/r1/{THEIRS}/getOpenAPI?serviceCode={PETS}").body)
    assert described["servers"] == [{"url": ADDRESS}]
    listed = json.loads(caller.call(f"/r1/{THEIRS}/listMethods").body)
    assert {one["xroad_instance"] for one in listed["service"]} == {"SH-TEST"}


def test_ones_own_trials_are_seen(caller: Caller) -> None:
    caller.call(f"{ADDRESS}/v2/pets")
    (seen,) = json.loads(caller.call(f"/r1/{MINE}/getCalls").body)["calls"]
    assert (seen["service"], seen["status"], seen["problem"]) == (f"{THEIRS}/{PETS}", 200, "")
    assert code(caller.call(f"/r1/{THEIRS}/getCalls")) == "access-denied"


def test_a_service_that_is_only_announced_can_be_tried(db: None) -> None:
    """The catalogue says what will be there: whoever needs it need not wait."""
    known.forget()
    pets.make_catalogue()
    caller = register()
    (first, *_) = rows(caller.call(ADDRESS))
    assert rows(caller.call(f"{ADDRESS}?chip-number={first['chip-number']}")) == [first]


def test_what_is_never_shared_is_not_there_to_try(db: None) -> None:
    from tongban.datahub.resources import models as catalogue

    pets.make_catalogue()
    pets.publish(petstore())
    row = catalogue.Resource.objects.get(code=PETS)
    row.document = {**row.document, "sharing": "never", "basis": {"law": "反恐怖主义法", "article": "48"}}
    row.save()
    assert code(register().call(f"{ADDRESS}/v2/pets")) == "access-denied"


# Rows


def test_a_departments_own_rows(caller: Caller) -> None:
    given = [{"chip-number": "156-1", "name": "小白"}, {"chip-number": "156-2", "name": "小黑"}]
    operations.set_samples(provider=PROVIDER, code=PETS, rows=given, by=OFFICER, at=clock.now())
    assert rows(caller.call(f"{ADDRESS}/v2/pets?chip-number=156-2")) == [given[1]]
    assert queries.samples_of(PROVIDER, PETS) == given
    operations.set_samples(provider=PROVIDER, code=PETS, rows=(), by=OFFICER, at=clock.now())
    assert len(rows(caller.call(f"{ADDRESS}/v2/pets"))) == samples.ROWS


@pytest.mark.law("exchange-sandbox-no-real-data")
@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"owner-id-number": "310101199001010014"}, (1, "owner-id-number")),
        ({"name": "138 0013 8000"}, (1, "name")),
        ({"name": "91310000717864230W"[:17] + uscc.calc_check_digit("91310000717864230")}, (1, "name")),
        ({"gone": "x"}, (1, "gone")),
    ],
)
def test_rows_with_what_somebody_could_have_are_not_taken(
    caller: Caller, row: dict[str, str], place: tuple[int, str]
) -> None:
    right = "310101199001010014" if "owner-id-number" in row else ""
    if right:
        row = {"owner-id-number": right[:17] + ric.calc_check_digit(right[:17])}
    with pytest.raises(Failure) as refused:
        operations.set_samples(provider=PROVIDER, code=PETS, rows=[row], by=OFFICER, at=clock.now())
    assert refused.value.code == "bad-samples"
    assert refused.value.wrong == (place,)  # type: ignore[attr-defined]


def test_more_rows_than_may_be(caller: Caller) -> None:
    many = [{"name": "x"}] * (samples.MOST_ROWS + 1)
    with pytest.raises(Failure, match=str(samples.MOST_ROWS + 1)):
        operations.set_samples(provider=PROVIDER, code=PETS, rows=many, by=OFFICER, at=clock.now())
    with pytest.raises(Failure) as refused:
        operations.set_samples(provider=PROVIDER, code="gone", rows=(), by=OFFICER, at=clock.now())
    assert refused.value.code == "service-unknown"


@pytest.mark.law("exchange-sandbox-no-real-data")
def test_numbers_look_right_and_are_nobodys() -> None:
    for number in range(1, samples.ROWS + 1):
        person, company = samples.person(number), samples.company(number)
        assert len(person) == len(company) == 18
        assert person[-1] != ric.calc_check_digit(person[:-1])
        assert not uscc.is_valid(company)
        assert not samples.is_anybodys(person) and not samples.is_anybodys(company)
    assert len({samples.person(number) for number in range(1, samples.ROWS + 1)}) == samples.ROWS


def test_the_same_person_stands_in_every_resource() -> None:
    one = DataField(code="owner-id-number", name="证件号码", level=3)
    other = DataField(code="holder", name="持证人证件号码", element="applicant-id-number", level=3)
    assert samples.value(one, 3) == samples.value(other, 3) == samples.person(3)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"code": "a", "type": "boolean"}, True),
        ({"code": "a", "type": "number"}, 10),
        ({"code": "a", "type": "date"}, "2020-02-09"),
        ({"code": "a", "type": "datetime"}, "2020-02-09T09:00:00+08:00"),
        ({"code": "a", "type": "code", "length": 2}, "01"),
        ({"code": "a", "type": "file"}, "test-1.pdf"),
        ({"code": "phone"}, "10000000001"),
        ({"code": "email"}, "test-1@example.invalid"),
        ({"code": "company-name"}, "测试企业001"),
        ({"code": "owner-name"}, "测试人员001"),
        ({"code": "licence", "key": True}, "TEST000001"),
        ({"code": "a", "name": "状态", "length": 3}, "测试状"),
    ],
)
def test_what_stands_in_a_field(said: dict[str, Any], value: object) -> None:
    assert samples.value(DataField.model_validate({"name": "名", "level": 1, **said}), 1) == value


# Keys


def test_keys_of_the_sandbox_end_by_themselves(caller: Caller) -> None:
    old = register(at=clock.now() - dt.timedelta(days=trying.KEY_DAYS + 1))
    assert code(old.call(f"{ADDRESS}/v2/pets")) == "signature-key"


@pytest.mark.parametrize("subsystem", [CONSUMER, "SH-TEST/GOV/scjg", "SH-TEST/GOV/scjg/a b"])
def test_keys_are_for_subsystems_of_the_sandbox(db: None, subsystem: str) -> None:
    with pytest.raises(Failure) as refused:
        register(subsystem)
    assert refused.value.code == "bad-subsystem"


def test_as_many_keys_as_may_be_and_each_once(db: None) -> None:
    for _ in range(trying.MOST_KEYS):
        register()
    with pytest.raises(Failure, match="10"):
        register()
    register(f"{MINE}-2")
    public = signatures.public_bytes(register(f"{MINE}-2").private)
    said: dict[str, Any] = {"subsystem": f"{MINE}-2", "by": OFFICER, "at": clock.now()}
    for algorithm, content, why in (
        (ED25519, public, "key-taken"),
        (ED25519, b"x", "bad-key"),
        ("rsa", public, "bad-key"),
    ):
        with pytest.raises(Failure) as refused:
            operations.register_trial_key(algorithm=algorithm, public=content, **said)
        assert refused.value.code == why


def test_whoever_works_for_the_department_registers_keys(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    def access(id: str, *, at: dt.datetime) -> object:
        return SimpleNamespace(posts=(SimpleNamespace(department=id),))

    monkeypatch.setattr(trying.identity, "staff_access", access)
    register(by=Actor("staff", "scjg"))
    for stranger in (Actor("staff", "gaj"), Actor("person", "scjg")):
        with pytest.raises(Failure) as refused:
            register(by=stranger)
        assert refused.value.code == "trial-not-staff"


# Limits


def test_so_many_calls_a_day_and_no_more(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "CALLS_A_DAY", 1)
    assert caller.call(f"{ADDRESS}/v2/pets").status == 200
    assert code(caller.call(f"{ADDRESS}/v2/pets")) == "quota-exceeded"


def test_what_was_tried_long_ago_is_forgotten(caller: Caller) -> None:
    caller.call(f"{ADDRESS}/v2/pets")
    caller.call(f"{ADDRESS}/v2/pets")
    newest = queries.trials_of(MINE)[0].id
    models.Trial.objects.exclude(id=newest).update(at=clock.now() - dt.timedelta(days=31))
    assert operations.forget_trials(at=clock.now()) == 1
    assert [one.id for one in queries.trials_of(MINE)] == [newest]


def test_the_tables_hold_it_as_well(caller: Caller) -> None:
    """exchange_trial_once, exchange_trial_key_algorithm."""
    caller.call(f"{ADDRESS}/v2/pets")
    row = models.Trial.objects.get()
    row.id = new_id()
    with pytest.raises(IntegrityError, match="exchange_trial_once"), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(IntegrityError, match="exchange_trial_key_algorithm"), transaction.atomic():
        models.TrialKey.objects.update(algorithm="rsa")

"""The small run of the gateway's faults in ``make faults``. And: the rules do find what is wrong."""

from __future__ import annotations

import hashlib
import sys

import psycopg
import pytest
from django.db import connection

from tests.factories import exchange
from tests.faults.exchanging import rules, smuggling
from tests.faults.exchanging.callers import REPLAYED, Caller, again
from tests.faults.exchanging.run import Plan, Setting, run
from tests.faults.exchanging.setting import CITY, CONSUMER, COUNTED, DISTRICT

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@ON_LINUX
@pytest.mark.slow
@pytest.mark.xdist_group("ports")
def test_every_answered_call_is_on_record_and_every_record_was_one_call(setting: Setting) -> None:
    said: list[str] = []
    plan = Plan(calls=160, clients=4, kills=4, seed=4)
    access = setting.access[CITY]
    request = Caller(access).signed("bad-input-replayed", access.paths[0], "name=x")
    assert again(access, request) == (200, "")
    report = run(plan, setting, said.append)
    assert again(access, request) == REPLAYED, "after a new start of gateway and database"
    assert [(one.rule, one.broken[:3]) for one in report.broken] == [], said
    assert report.killed == list(setting.kinds()[: plan.kills])
    assert len(report.all_answered()) == plan.calls
    assert sum(bool(one.there) for one in report.all_answered()) >= plan.calls // 3, "from node to node"
    assert len(report.made) > plan.calls, "nobody noticed that the server was killed"
    assert all(len(setting.asked[name]) >= plan.calls // 6 for name in (CITY, DISTRICT))


@ON_LINUX
@pytest.mark.slow
@pytest.mark.xdist_group("ports")
def test_what_is_smuggled_in_is_answered_by_a_refusal_and_not_on_record(setting: Setting) -> None:
    """By the real server: what a WSGI function is given is no longer what was sent."""
    sender = smuggling.Sender(setting.access[CITY])
    assert sender.plain("good") == 200
    answers = {name: sender.send(name, alter) for name, alter in smuggling.CASES.items()}
    assert {name: status for name, status in answers.items() if status not in range(400, 600)} == {}
    # The first is signed and may be answered; what stands behind it is not another call.
    assert sender.send("two", smuggling.two_in_one) in (200, 400)
    assert sender.plain("good-again") == 200
    with psycopg.connect(setting.city.cluster.url("tongban")) as connection:
        found = connection.execute(
            "SELECT DISTINCT message_id FROM exchange_record WHERE message_id LIKE 'smuggled-%'"
        )
        assert {row[0] for row in found} - {"smuggled-two"} == {"smuggled-good", "smuggled-good-again"}


Seen = tuple[str, str, str]


@pytest.fixture
def seen(db: None) -> Seen:
    """A call that was answered, recorded and sealed: its number, that on record, the digest of its answer."""
    exchange.make_service(COUNTED)
    exchange.make_grant(consumer=CONSUMER, service=COUNTED)
    address = f"{exchange.ADDRESS.replace(exchange.SERVICE, COUNTED)}?number={exchange.NUMBER}"
    answer = exchange.make_caller(CONSUMER).call(address, headers={"x-road-id": "one"})
    assert answer.status == 200
    # Sealing waits for transactions that are over, and this one goes on: the rule is asked about what it would seal.
    number = dict(answer.headers)["X-Road-Request-Id"]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_batch (number, kind, last_xact, last_id, size, ids, leaves, root, entry, at)"
            " SELECT row_number() OVER (), kind, 1, id, 1, uuid_send(id), ''::bytea, ''::bytea, id, now()"
            " FROM (SELECT 'call' AS kind, id FROM exchange_record UNION ALL SELECT 'answer', record FROM exchange_answer) one"
        )
        cursor.execute(
            "SET session_replication_role = replica"
        )  # the tables refuse what is done to them here
    return "one", number, hashlib.sha256(answer.body).hexdigest()


def broken(seen: Seen, damage: str = "", asked: tuple[str, ...] = ("one",)) -> set[str]:
    """Return the rules that do not hold, asked within the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW IF EXISTS records; DROP TABLE IF EXISTS made, answered, asked")
        if damage:
            cursor.execute(damage)
        made = rules.Seen(["one"], [(*seen, "")], list(asked))
        return {one.rule for one in rules.findings(cursor, made) if one.broken}


COPY = "INSERT INTO exchange_record SELECT gen_random_uuid(), signed_at, at, key, nonce || '{}', consumer, provider, service, {}"
REST = ', "grant", {}, "user", issue, subject, signed, signature FROM exchange_record'
DAMAGE = [
    ("DELETE FROM exchange_record", "every answered call is on record once"),
    ("UPDATE exchange_record SET outcome = 'QuotaExceeded'", "every answered call is on record once"),
    (COPY.format("2", "outcome") + REST.format("message_id"), "every record is a call that was made"),
    (COPY.format("2", "'AccessDenied'") + REST.format("'two'"), "every record is a call that was made"),
    ("DELETE FROM exchange_meter", "every grant is counted to the call"),
    ("UPDATE exchange_meter SET calls = calls + 1", "every grant is counted to the call"),
    ("DELETE FROM exchange_record", "no answer without its call"),
    ("UPDATE exchange_answer SET digest = sha256('x')", "what is on record as answered is what was answered"),
    ("DELETE FROM exchange_record", "the department was asked nothing that is not on record"),
    ("DELETE FROM exchange_batch WHERE kind = 'call'", "every record and every answer is sealed once"),
    ("UPDATE exchange_batch SET ids = ids || ids", "every record and every answer is sealed once"),
    ("DELETE FROM exchange_answer", "every record and every answer is sealed once"),
]


@pytest.mark.parametrize(("damage", "rule"), DAMAGE)
def test_rule_sees_the_damage(seen: Seen, damage: str, rule: str) -> None:
    assert [one for one in broken(seen) if one in OWN] == []
    assert any(one.startswith(rule) for one in broken(seen, damage))


OWN = [rule for rule in rules.RULES if "ledger" not in rule]
"""Those that the ledger holds are another test's: nothing is linked within a transaction."""


def test_who_was_asked_twice_is_found(seen: Seen) -> None:
    assert any(one.startswith("the department") for one in broken(seen, asked=("one", "one")))


def test_who_was_never_asked_is_found(seen: Seen) -> None:
    assert any(one.startswith("what its service") for one in broken(seen, asked=()))

"""Departments' databases and services: slow, dead, lying; each costs its own callers only."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, count, repeat
from resource import RUSAGE_SELF, getrusage
from typing import Any

import psycopg
import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, Caller
from tongban.datahub.exchange import known, models, queries
from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.exchange.providers import databases, gates, upstream
from tongban.datahub.exchange.types import Service, ServiceKind

pytestmark = pytest.mark.slow

GOOD = {"number": "1", "name": "张三", "secret": "x"}


def slowly(text: bytes) -> Iterator[bytes]:
    """Give a letter every tenth of a second: never half a second without one, and longer than anybody may take."""
    for place in range(len(text)):
        time.sleep(0.1)
        yield text[place : place + 1]


OK = b"HTTP/1.1 200 OK\r\n"
GIGABYTE = 1 << 30


SERVICE = Service(exchange.PROVIDER, exchange.SERVICE, 0, ServiceKind.UPSTREAM, "", "", ())
RAW: dict[str, Callable[[], Iterable[bytes]]] = {
    "/headers": lambda: chain([OK], (b"X-%d: x\r\n" % number for number in count())),
    "/long-header": lambda: chain([OK, b"X: "], repeat(b"x" * 65_536)),
    "/slow-status": lambda: slowly(OK + b"Content-Length: 2\r\n\r\n{}"),
    "/slow-header": lambda: chain([OK], slowly(b"X: " + b"x" * 25 + b"\r\n\r\n")),
    "/gigabyte": lambda: chain([OK, b"Content-Length: %d\r\n\r\n" % GIGABYTE], repeat(b" " * 65_536, GIGABYTE // 65_536)),
    "/endless": lambda: chain([OK, b"Transfer-Encoding: chunked\r\n\r\n"], repeat(b"10000\r\n" + b" " * 65_536 + b"\r\n")),
    "/chunks": lambda: [OK, b"Transfer-Encoding: chunked\r\n\r\n", b"fffffffffffffffffffff\r\n{}\r\n0\r\n\r\n"],
    "/length": lambda: [OK, b"Content-Length: two\r\n\r\n{}"],
    "/negative": lambda: [OK, b"Content-Length: -2\r\n\r\n<html>"],
    "/gzip": lambda: [OK, b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"],
    "/nothing": list,
    "/no-http": lambda: [b"SSH-2.0-x\r\n"],
    "/latin": lambda: [OK, b"Content-Length: 13\r\n\r\n" + b'{"name": "\xe4"}'],
}  # fmt: skip


class Department(BaseHTTPRequestHandler):
    """A department's service that does what the path says."""

    seen: list[tuple[str, dict[str, str], bytes]] = []
    given = 0
    answers: dict[str, tuple[int, bytes]] = {
        "/one": (200, json.dumps(GOOD).encode()),
        "/list": (200, json.dumps([GOOD, GOOD]).encode()),
        "/rows": (200, json.dumps({"rows": [GOOD]}).encode()),
        "/none": (404, b'{"message": "no such person", "name": ""}'),
        "/text": (200, b"<html>"),
        "/numbers": (200, b"[1, 2]"),
        "/deep": (200, b"[" * 100_000),
        "/large": (200, b"[" + b'{"name": "x"},' * 200_000 + b"{}]"),
        "/broken": (500, b"{}"),
        "/nobody": (404, b'{"err": "no such person"}'),
        "/several": (400, b'[{"err": "number"}, {"err": "day"}]'),
        "/empty": (200, b'[{}, {"secret": "x"}]'),
        "/rows-object": (200, b'{"rows": {"name": "x"}}'),
        "/rows-nothing": (200, b'{"rows": null, "name": "x"}'),
        "/error-page": (502, b"<html>"),
        "/half-sign": (200, b'{"name": "\\ud800"}'),
        "/half-sign-in-list": (200, b'{"name": ["\\ud83d\\ude00", "\\ude00"]}'),
        "/half-sign-in-bytes": (200, b'{"name": "\xed\xa0\x80"}'),
        "/nan": (200, b'{"name": NaN}'),
        "/nan-ungranted": (200, b'{"name": "x", "secret": NaN}'),
        "/infinity": (200, b'{"name": [1, -Infinity]}'),
        "/too-large": (200, b'{"name": 1e999}'),
        "/too-small": (200, b'{"name": [-1e999]}'),
        "/digits": (200, b'{"name": ' + b"9" * 10_000 + b"}"),
        "/digits-ungranted": (200, b'{"name": "x", "secret": ' + b"9" * 10_000 + b"}"),
        "/utf-16": (200, json.dumps(GOOD).encode("utf-16")),
        "/utf-32": (200, json.dumps(GOOD).encode("utf-32-le")),
        "/two": (200, b"{}{}"),
        "/comma": (200, b'{"name": "x",}'),
        "/mark": (200, b"\xef\xbb\xbf" + json.dumps(GOOD).encode()),
        "/twice": (200, b'{"name": "x", "secret": "x", "name": "y"}'),
        "/long-number": (200, b'{"name": ' + b"9" * 4000 + b"}"),
    }

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        path = self.path.partition("?")[0]
        if path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/one")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"name": ')
        elif path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(30):
                time.sleep(0.1)
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return
        elif path == "/slow":
            time.sleep(2)
            self.respond(200, b"{}")
        elif path in RAW:
            self.close_connection = True
            self.give(RAW[path]())
        elif path.startswith("/status"):
            self.respond(int(path.removeprefix("/status")), b"")
        elif path == "/cookie":
            self.send_response(200)
            self.send_header("Set-Cookie", "who=the-first; Path=/")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
        else:
            self.respond(*self.answers[path])

    def give(self, parts: Iterable[bytes]) -> None:
        """Write raw parts for as long as somebody reads them."""
        Department.given = 0
        try:
            for part in parts:
                self.wfile.write(part)
                Department.given += len(part)
        except OSError:
            return

    def respond(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def department() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Department)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    gates.have_threads(gates.THREADS)
    Department.seen.clear()
    yield
    for kept in upstream._own.__dict__.values():
        kept.close()
    upstream._own.__dict__.clear()


@pytest.fixture
def client(db: None, department: str) -> Caller:
    publish(department)
    exchange.make_grant()
    return exchange.make_caller()


def publish(address: str, **changes: Any) -> None:
    said: dict[str, Any] = {
        "target": address,
        "parameters": ("q",),
        "subject": "",
        "paths": ("GET /", "GET /{what}", "POST /{what}", "GET /{what}/{more}"),
        "seconds": 0.5,
        "most_bytes": 1_000_000,
    }
    exchange.make_service(kind=ServiceKind.UPSTREAM, **said | changes)


def outcome(client: Caller, path: str, **changes: Any) -> str:
    answer = client.call(f"{ADDRESS}{path}", **changes)
    return dict(answer.headers).get("X-Road-Error", "").rpartition(".")[2]


@pytest.mark.parametrize(("path", "count"), [("/one", 1), ("/list", 2), ("/rows", 1)])
def test_only_granted_fields_come_back(client: Caller, path: str, count: int) -> None:
    answer = client.call(f"{ADDRESS}{path}")
    assert json.loads(answer.body) == {"rows": [{"number": "1", "name": "张三"}] * count}


@pytest.mark.law("exchange-subject-named")
def test_a_service_of_somebodys_data_is_asked_about_somebody(db: None, department: str) -> None:
    publish(department, parameters=("number",), subject="number")
    exchange.make_grant()
    client = exchange.make_caller()
    for path in ("/one", "/one?name=1", "/one?NUMBER=1", "/one?number=", "/one?number=%20"):
        assert outcome(client, path) == "InvalidRequest", path
    for path in ("/one?number=1&number=2", "/one?number=1&NUMBER=2"):
        assert outcome(client, path) == "InvalidRequest", "which of the two is meant"
    assert Department.seen == [], "nothing reached the department"
    assert len(queries.exchanges_of(exchange.CONSUMER)) == 5, "and it is on record"
    assert outcome(client, "/one?number=1") == ""


def test_a_zero_byte_is_the_callers_mistake_and_reaches_nobody(client: Caller) -> None:
    for query in ("q=%00", "q=a%00b", "%00=1"):
        assert outcome(client, f"/one?{query}") == "InvalidRequest", query
    assert Department.seen == []
    assert len(queries.exchanges_of(exchange.CONSUMER)) == 3, "and it is on record"
    assert outcome(client, "/one?q=%2500") == "", "which is written %00, and is none"


@pytest.mark.law("exchange-issue-named")
def test_a_call_for_somebodys_data_names_its_case(db: None, department: str) -> None:
    publish(department, parameters=("number",), subject="number")
    exchange.make_grant()
    client = exchange.make_caller()
    for issue in (None, " "):
        answer = client.call(f"{ADDRESS}/one?number=1", headers={"x-road-issue": issue})
        assert dict(answer.headers)["X-Road-Error"] == "Client.MissingHeaderField", issue
        assert json.loads(answer.body)["code"] == "issue-missing"
    assert Department.seen == [], "nothing reached the department"
    assert {one.problem for one in queries.exchanges_of(exchange.CONSUMER)} == {"Client.MissingHeaderField"}
    assert outcome(client, "/one?number=1") == ""


def test_what_is_nobodys_data_is_asked_without_a_case(client: Caller) -> None:
    assert outcome(client, "/one", headers={"x-road-issue": None}) == ""
    models.Service.objects.update(personal=["name"])
    known.forget()
    assert outcome(client, "/one", headers={"x-road-issue": None}) == "MissingHeaderField", (
        "a name is somebody's"
    )


def test_what_the_department_says_of_its_own_is_passed_on(client: Caller) -> None:
    answer = client.call(f"{ADDRESS}/none")
    assert answer.status == 404
    assert "X-Road-Error" not in dict(answer.headers)
    assert json.loads(answer.body) == {"rows": [{"name": ""}]}


@pytest.mark.parametrize(("path", "status"), [("/broken", 500), ("/nobody", 404), ("/several", 400)])
def test_an_error_that_says_nothing_of_what_was_granted_is_no_row(
    client: Caller, path: str, status: int
) -> None:
    answer = client.call(f"{ADDRESS}{path}")
    assert (answer.status, json.loads(answer.body)) == (status, {"rows": []})


def test_a_row_that_has_nothing_of_what_was_granted_is_one_still(client: Caller) -> None:
    assert json.loads(client.call(f"{ADDRESS}/empty").body) == {"rows": [{}, {}]}


def test_what_is_sent_on(client: Caller) -> None:
    headers = {
        "x-road-issue": "SH-1",
        "accept": "application/json",
        "cookie": "session=1",
        "authorization": "x",
    }
    answer = client.call(f"{ADDRESS}/one?q=%E5%BC%A0", b'{"a": 1}', headers=headers)
    assert answer.status == 200
    ((path, sent, body),) = Department.seen
    assert (path, body) == ("/one?q=%E5%BC%A0", b'{"a": 1}')
    assert sent["x-road-client"] == client.subsystem
    assert sent["x-road-issue"] == "SH-1"
    assert not {"cookie", "authorization", "signature", "signature-input"} & sent.keys()


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/text", "InvalidResponse"),
        ("/numbers", "InvalidResponse"),
        ("/rows-object", "InvalidResponse"),
        ("/rows-nothing", "InvalidResponse"),
        ("/deep", "InvalidResponse"),
        ("/large", "InvalidResponse"),
        ("/redirect", "InvalidResponse"),
        ("/short", "NetworkError"),
        ("/slow", "Timeout"),
        ("/drip", "Timeout"),
        ("/%2e%2e/one", "InvalidResponse"),
        ("/headers", "NetworkError"),
        ("/long-header", "NetworkError"),
        ("/slow-status", "Timeout"),
        ("/slow-header", "Timeout"),
        ("/gigabyte", "InvalidResponse"),
        ("/endless", "InvalidResponse"),
        ("/chunks", "NetworkError"),
        ("/negative", "InvalidResponse"),
        ("/length", "InvalidResponse"),
        ("/gzip", "InvalidResponse"),
        ("/nothing", "NetworkError"),
        ("/no-http", "NetworkError"),
        ("/latin", "InvalidResponse"),
        ("/half-sign", "InvalidResponse"),
        ("/half-sign-in-list", "InvalidResponse"),
        ("/half-sign-in-bytes", "InvalidResponse"),
        ("/nan", "InvalidResponse"),
        ("/nan-ungranted", "InvalidResponse"),
        ("/infinity", "InvalidResponse"),
        ("/too-large", "InvalidResponse"),
        ("/too-small", "InvalidResponse"),
        ("/digits", "InvalidResponse"),
        ("/digits-ungranted", "InvalidResponse"),
        ("/utf-16", "InvalidResponse"),
        ("/utf-32", "InvalidResponse"),
        ("/two", "InvalidResponse"),
        ("/comma", "InvalidResponse"),
        ("/status200", "InvalidResponse"),
        ("/status304", "InvalidResponse"),
        ("/status199", "InvalidResponse"),
        ("/status999", "InvalidResponse"),
    ],
)
def test_a_department_that_lies_or_is_slow(client: Caller, path: str, word: str) -> None:
    assert outcome(client, path) in (word, "InvalidSignatureValue" if "%2e" in path else word)
    assert Department.given < 20_000_000, "read on and on"
    if "%2e" not in path:
        (recorded,) = queries.exchanges_of(exchange.CONSUMER)
        assert recorded.problem.endswith(word), "what came of it is on record"


@pytest.mark.parametrize(
    ("path", "name"), [("/mark", "张三"), ("/twice", "y"), ("/long-number", int("9" * 4000))]
)
def test_what_is_unusual_json_and_yet_one(client: Caller, path: str, name: object) -> None:
    answer = client.call(f"{ADDRESS}{path}")
    (row,) = json.loads(answer.body)["rows"]
    assert row["name"] == name
    assert answer.body.count(b'"name"') == 1, "nobody reads another of the two than is on record"


@pytest.mark.parametrize("status", [204, 205])
def test_an_answer_of_no_body_is_one_of_no_rows(client: Caller, status: int) -> None:
    answer = client.call(f"{ADDRESS}/status{status}")
    assert (answer.status, json.loads(answer.body)) == (200, {"rows": []})
    answer = client.call(f"{ADDRESS}/status200", b"{}")
    assert (answer.status, json.loads(answer.body)) == (200, {"rows": []}), "what was sent is taken"


def test_what_one_caller_was_told_to_keep_is_not_sent_for_the_next(client: Caller) -> None:
    assert outcome(client, "/cookie") == outcome(client, "/one") == ""
    assert "cookie" not in Department.seen[-1][1]


def test_a_department_that_is_gone(client: Caller) -> None:
    publish("http://127.0.0.1:9")
    assert outcome(client, "/one") == "NetworkError"


def test_after_failures_in_a_row_nobody_waits_any_more(client: Caller) -> None:
    assert [outcome(client, "/broken") for _ in range(gates.FAILURES)] == [""] * gates.FAILURES
    assert gates.circuits() == [(exchange.PROVIDER, exchange.SERVICE, True)]
    assert outcome(client, "/one") == "Busy"
    assert len(Department.seen) == gates.FAILURES
    circuit = gates.current().circuits[exchange.PROVIDER, exchange.SERVICE]
    circuit.open_until = 0
    assert outcome(client, "/one") == ""
    assert circuit.failures == 0


def test_an_error_page_counts_as_a_failure(client: Caller) -> None:
    assert {outcome(client, "/error-page") for _ in range(gates.FAILURES)} == {"InvalidResponse"}
    assert outcome(client, "/one") == "Busy"


@pytest.mark.parametrize("path", ["/text", "/nan", "/half-sign", "/..", "/%2e%2e/one"])
def test_nobody_can_have_a_department_let_alone_by_what_they_ask(client: Caller, path: str) -> None:
    for _ in range(gates.FAILURES):
        assert outcome(client, path) in {"InvalidResponse", "InvalidRequest", "InvalidSignatureValue"}
    assert outcome(client, "/one") == ""


def held(provider: str, count: int) -> ExitStack:
    """Hold so many places of a provider, as calls do that wait for it."""
    held = ExitStack()
    for _ in range(count):
        held.enter_context(gates.through(replace(SERVICE, provider=provider)))
    return held


def test_a_slow_department_has_half_of_the_threads_and_no_more(client: Caller) -> None:
    half = gates.THREADS // 2
    with held(exchange.PROVIDER, half):
        assert gates.bulkheads() == [(exchange.PROVIDER, half, half)]
        assert outcome(client, "/one") == "Busy"
    assert outcome(client, "/one") == ""


def test_another_service_of_it_takes_the_same_places_and_another_department_its_own(client: Caller) -> None:
    exchange.make_service(
        "other", kind=ServiceKind.UPSTREAM, target="http://127.0.0.1:9", parameters=(), subject=""
    )
    exchange.make_grant(service="other")
    with held(exchange.PROVIDER, gates.THREADS // 2):
        answer = client.call(ADDRESS.replace("person", "other"))
        assert dict(answer.headers)["X-Road-Error"].endswith(".Busy")
    with held("SH/GOV/other/people", gates.THREADS // 2):
        assert outcome(client, "/one") == ""


def test_however_many_departments_are_slow_a_thread_is_left(client: Caller) -> None:
    half = gates.THREADS // 2
    with held("SH/GOV/one/people", half), held("SH/GOV/two/people", half - 1):
        assert outcome(client, "/one") == "Busy"
    assert gates.circuits()[-1] == (exchange.PROVIDER, exchange.SERVICE, False)
    gates.have_threads(16)
    with held("SH/GOV/one/people", 8), held("SH/GOV/two/people", 6):
        assert outcome(client, "/one") == ""


def test_only_who_is_quick_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "QUICK_SECONDS", 20.0)
    bulkhead = gates.Bulkhead(1)
    bulkhead.enter()
    threading.Timer(0.05, bulkhead.leave, [0.01]).start()
    bulkhead.enter()
    bulkhead.leave(1000.0)
    assert bulkhead.mean_seconds > gates.QUICK_SECONDS
    bulkhead.enter()
    with pytest.raises(ProviderFailed):
        bulkhead.enter()


LICENCES = f"market_licence_{os.getpid()}"
"""The department's table: the server is shared with other test processes."""


@pytest.fixture
def market(db: None, database_server: str, settings: Any, request: pytest.FixtureRequest) -> Iterator[Caller]:
    """A department's own database, with a published query."""
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE {LICENCES} (number text, name text, secret text, place serial)")
        connection.execute(f"INSERT INTO {LICENCES} VALUES ('1', '张三', 'x'), ('2', '李四', 'y')")
    settings.DEPARTMENT_DATABASES = {"market": database_server}
    query("SELECT number, name, secret FROM market_licence WHERE number = %(number)s")
    exchange.make_grant()
    yield exchange.make_caller()
    databases._forget("market")
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(f"DROP TABLE {LICENCES}")


def query(statement: str, **changes: Any) -> None:
    statement = statement.replace("market_licence", LICENCES)
    said = {"database": "market", "subject": ""} | changes
    exchange.make_service(kind=ServiceKind.QUERY, target=statement, **said)


def test_a_published_query_binds_its_parameters(market: Caller) -> None:
    assert json.loads(market.call(f"{ADDRESS}?number=1").body) == {"rows": [{"number": "1", "name": "张三"}]}
    harm = exchange.encoded("1' OR '1'='1")
    assert json.loads(market.call(f"{ADDRESS}?number={harm}").body) == {"rows": []}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("WITH gone AS (DELETE FROM market_licence RETURNING number) SELECT * FROM gone", "InternalError"),
        ("SELECT pg_sleep(3), %(number)s", "Timeout"),
        ("SELECT nothing FROM nowhere", "InternalError"),
        ("SELECT 1 / (%(number)s::int - 1) AS name", "InvalidResponse"),
        ("SELECT name FROM market_licence, generate_series(1, 10000)", "InvalidResponse"),
        ("SELECT 'NaN'::float8 AS name", "InvalidResponse"),
    ],
)
def test_queries_that_write_are_slow_or_wrong(market: Caller, statement: str, word: str) -> None:
    if "%(number)s" not in statement:
        statement = f"{statement} WHERE %(number)s <> ''"
    query(statement, seconds=0.3)
    assert outcome(market, "?number=1") == word
    query("SELECT name FROM market_licence WHERE number = %(number)s")
    assert json.loads(market.call(f"{ADDRESS}?number=1").body) == {"rows": [{"name": "张三"}]}


def count_licences(server: str) -> int:
    with psycopg.connect(server) as connection:
        ((count,),) = connection.execute(f"SELECT count(*) FROM {LICENCES}".encode()).fetchall()
    return int(count)


GONE = "DELETE FROM market_licence WHERE number = %(number)s"
WRITES = f"WITH gone AS ({GONE} RETURNING name) SELECT name FROM gone"


@pytest.mark.slow
@pytest.mark.parametrize(
    "before",
    [
        "SELECT set_config('transaction_read_only', 'off', true) AS name WHERE %(number)s <> ''",
        "SELECT set_config('default_transaction_read_only', 'off', false) AS name WHERE %(number)s <> ''",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        f"SELECT name FROM market_licence WHERE number = %(number)s; {GONE}",
        f"COMMIT; {GONE}",
        "SELECT nextval(pg_get_serial_sequence('market_licence', 'place')) AS name WHERE %(number)s <> ''",
        "SELECT lo_create(0) AS name WHERE %(number)s <> ''",
        f"EXPLAIN ANALYZE {GONE}",
        WRITES,
    ],
)
def test_a_published_query_never_writes_whatever_it_says(
    market: Caller, database_server: str, before: str
) -> None:
    """By a connection of the server's superuser; and what one call has set does not last for the next."""
    for statement in (before, WRITES):
        # Some of them can not be published at all.
        models.Service.objects.update(target=statement.replace("market_licence", LICENCES))
        known.forget()
        said = outcome(market, "?number=1")
    assert said == "InternalError"
    assert count_licences(database_server) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "harm",
    [
        "'; DELETE FROM market_licence; --",
        "1' --",
        "1'/*",
        "') OR ('1'='1",
        "$1",
        "%(number)s",
        "\\",
        "E'\\x31'",
        "１",
    ],
)
def test_sql_in_a_parameter_of_a_published_query_is_a_value(
    market: Caller, database_server: str, harm: str
) -> None:
    harm = harm.replace("market_licence", LICENCES)
    answer = market.call(f"{ADDRESS}?number={exchange.encoded(harm)}")
    assert json.loads(answer.body) == {"rows": []}
    assert count_licences(database_server) == 2


@pytest.mark.slow
@pytest.mark.parametrize("value", ["one", "1e9", "1; SELECT 1", "", "99999999999", "%00"])
def test_a_value_of_another_type_is_the_callers_mistake(market: Caller, value: str) -> None:
    query("SELECT name FROM market_licence WHERE number::int = %(number)s::int")
    for _ in range(gates.FAILURES + 1):
        answer = market.call(f"{ADDRESS}?number={exchange.encoded(value) if value != '%00' else value}")
        assert (answer.status, dict(answer.headers)["X-Road-Error"]) == (400, "Client.InvalidRequest")
    assert json.loads(market.call(f"{ADDRESS}?number=1").body) == {"rows": [{"name": "张三"}]}


@pytest.mark.slow
def test_a_database_that_gives_gigabytes_is_hung_up_on(market: Caller) -> None:
    query("SELECT repeat('x', 100000) AS name FROM generate_series(1, 20000) WHERE %(number)s <> ''")
    before = getrusage(RUSAGE_SELF).ru_maxrss
    assert outcome(market, "?number=1") == "InvalidResponse"
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 300_000, "kilobytes"


@pytest.mark.slow
def test_a_database_that_says_nothing_any_more_is_hung_up_on(
    market: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's own limit is not reached: it might be stopped, or behind a line that is dead."""
    monkeypatch.setattr(databases, "GRACE_SECONDS", -9.9)
    query("SELECT pg_sleep(60), %(number)s AS name", seconds=10.0)
    assert outcome(market, "?number=1") == "Timeout"
    assert databases._own.kept["market"].closed
    query("SELECT name FROM market_licence WHERE number = %(number)s", seconds=10.0)
    monkeypatch.setattr(databases, "GRACE_SECONDS", 60.0)
    assert outcome(market, "?number=1") == ""


def test_a_slow_database_has_so_many_places_and_is_let_alone(market: Caller) -> None:
    with held(exchange.PROVIDER, gates.THREADS // 2):
        assert outcome(market, "?number=1") == "Busy"
    assert outcome(market, "?number=1") == ""
    circuit = gates.current().circuits[exchange.PROVIDER, exchange.SERVICE]
    for _ in range(gates.FAILURES):
        circuit.note(has_failed=True)
    assert outcome(market, "?number=1") == "Busy"


@pytest.mark.slow
def test_a_database_that_is_not_there(market: Caller, settings: Any) -> None:
    query("SELECT %(number)s AS name", database="other")
    assert outcome(market, "?number=1") == "InternalError"
    settings.DEPARTMENT_DATABASES |= {"gone": "postgresql://nobody@127.0.0.1:9/none"}
    query("SELECT %(number)s AS name", database="gone")
    assert outcome(market, "?number=1") == "NetworkError"

"""What callers and providers may send to a gateway that runs: each is answered by a refusal, and costs nobody else anything."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import BadStatusLine, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.faults.exchanging import lies
from tests.faults.exchanging.callers import REPLAYED, Caller, Said, again, told
from tests.faults.exchanging.run import Setting
from tests.faults.exchanging.setting import CITY, CONSUMERS, COUNTED, DISTRICT, INSTITUTION, PATIENT, PROVIDER
from tongban.runtime.processes import THREADS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("ports"),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]
QUERY = "name=x"
KILOBYTES = 48 * 1024
"""What a gateway of two processes may take more than before: less than one answer of a gigabyte, or of a twentieth."""
WAIT_SECONDS = 60.0


@pytest.fixture
def caller(setting: Setting) -> Iterator[Caller]:
    made = Caller(setting.access[CITY])
    yield made
    made.hang_up()


def ask(caller: Caller, path: str, query: str = QUERY, **changes: object) -> Said:
    """Return what comes back of a call that is signed now; a connection that was cut is an answer of 0."""
    body = changes.get("body", b"")
    address, headers = caller.signed("bad-input", path, query, **changes)  # type: ignore[arg-type]
    return caller.send(address, headers, body) or Said(0, "", "", "")  # type: ignore[arg-type]


def counted(rest: str = "", service: str = COUNTED) -> str:
    return f"/r1/{PROVIDER}/{service}" + (f"/{rest}" if rest else "")


REGISTER = counted(service=INSTITUTION)


def eventually(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def gateways(setting: Setting) -> list[int]:
    """Return the processes that answer calls."""
    return setting.city.pids("page worker")


@contextmanager
def flat(setting: Setting) -> Iterator[None]:
    """Fail when the memory of the gateway, at its highest, has grown meanwhile."""
    for pid in gateways(setting):
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the highest is now the present
    before = {pid: highest(pid) for pid in gateways(setting)}
    yield
    grown = {pid: highest(pid) - kilobytes for pid, kilobytes in before.items()}
    assert sum(grown.values()) < KILOBYTES, grown


def highest(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


def wire(setting: Setting) -> socket.socket:
    where = urlsplit(setting.access[CITY].address)
    return socket.create_connection((where.hostname or "", where.port or 80), timeout=WAIT_SECONDS)


def status(connection: socket.socket) -> int:
    """Return the status that is answered; 0 when the server hung up."""
    try:
        answer = HTTPResponse(connection)
        answer.begin()
        return answer.status
    except (ConnectionError, BadStatusLine):
        return 0


class TestProviders:
    def test_dead_lying_or_endless(self, setting: Setting, caller: Caller) -> None:
        """Shorter and longer than announced, another type, a redirect, a bomb, a gigabyte; memory stays flat."""
        assert ask(caller, counted()).status == 200
        with flat(setting):
            for rest, word in lies.OUTCOMES.items():
                assert ask(caller, counted(rest)).problem.rpartition(".")[2] == word, rest
                assert ask(caller, counted()).status == 200, f"after {rest}"

    def test_slow_is_given_up_after_its_time(self, caller: Caller) -> None:
        lies.HELD.clear()
        try:
            said = ask(caller, counted("held"))
        finally:
            lies.HELD.set()
        assert (said.status, said.problem) == (500, "Server.ServerProxy.ServiceFailed.Timeout")

    def test_slow_leaves_threads_for_others(self, setting: Setting) -> None:
        """Counted, not timed: while calls wait for one department, calls for another are answered."""
        lies.HELD.clear()
        said: list[Said] = []
        asked = len(setting.asked[CITY])

        def wait() -> None:
            with closing_line(Caller(setting.access[CITY])) as caller:
                said.append(ask(caller, counted("held", PATIENT)))

        threads = [threading.Thread(target=wait) for _ in range(16)]
        try:
            for thread in threads:
                thread.start()
            eventually(
                lambda: len(said) + len(setting.asked[CITY]) - asked == len(threads),
                "all wait or are refused",
            )
            assert {one.problem.rpartition(".")[2] for one in said} == {"Busy"}
            held = len(threads) - len(said)
            assert 1 <= held <= THREADS // 2 * len(gateways(setting)), "half of the threads of each process"
            for _ in range(8):
                with closing_line(Caller(setting.access[CITY])) as caller:
                    assert ask(caller, REGISTER).status == 200
            assert len(said) == len(threads) - held, "they wait still"
        finally:
            lies.HELD.set()
            for thread in threads:
                thread.join(WAIT_SECONDS)
        assert sum(one.status == 200 for one in said) == held


@contextmanager
def closing_line(caller: Caller) -> Iterator[Caller]:
    try:
        yield caller
    finally:
        caller.hang_up()


class TestSignatures:
    @pytest.mark.parametrize(("ahead", "status"), [(-290, 200), (-330, 400), (45, 200), (90, 400)])
    def test_a_wrong_clock(self, caller: Caller, ahead: int, status: int) -> None:
        """To the second in ``tests/foundation/http_signatures``, ``tests/datahub/exchange/test_months.py``."""
        assert ask(caller, REGISTER, ahead=ahead).status == status

    def test_a_replay_by_any_process(self, setting: Setting, caller: Caller) -> None:
        """And after a new start: ``test_exchanging.py``; in another month: ``tests/datahub/exchange/test_months.py``."""
        request = caller.signed("bad-input-replayed", REGISTER, QUERY)
        assert again(setting.access[CITY], request) == (200, "")
        assert {again(setting.access[CITY], request) for _ in range(8)} == {REPLAYED}

    def test_keys_of_others_unknown_and_revoked(self, setting: Setting, caller: Caller) -> None:
        wrong = (400, "Client.InvalidSignatureValue")
        assert told(ask(caller, REGISTER, x_road_client=CONSUMERS[DISTRICT])) == wrong
        assert told(ask(caller, REGISTER, x_road_client="SH/GOV/nobody/x")) == wrong
        key = setting.access[CITY].key
        change, back = (
            f"UPDATE exchange_key SET revoked_at = {at} WHERE id = '{key}'" for at in ("now()", "NULL")
        )
        with changed(setting, change, back):
            assert told(ask(caller, REGISTER)) == (500, "Server.ServerProxy.KeyRevoked")
        assert ask(caller, REGISTER).status == 200

    @pytest.mark.parametrize(
        "algorithm", ["rsa-pss-sha512", "hmac-sha256", "ecdsa-p256-sha256", "none", "x" * 200]
    )
    def test_other_algorithms(self, caller: Caller, algorithm: str) -> None:
        said = ask(caller, REGISTER, algorithm=algorithm)
        assert told(said) == (400, "Client.UnsupportedAlgorithm")

    def test_a_grant_that_expires_between_two_calls(self, setting: Setting, caller: Caller) -> None:
        assert ask(caller, REGISTER).status == 200
        where = f"WHERE consumer = '{CONSUMERS[CITY]}' AND service = '{INSTITUTION}'"
        moved = "UPDATE resources_grant SET valid_from = valid_from {0} 40, until = until {0} 40 " + where
        with changed(setting, moved.format("-"), moved.format("+")):
            assert told(ask(caller, REGISTER)) == (500, "Server.ServerProxy.AccessDenied")
        assert ask(caller, REGISTER).status == 200

    def test_an_altered_body(self, caller: Caller) -> None:
        address, headers = caller.signed("bad-input", counted(), QUERY, body=b'{"a": 1}')
        assert told(caller.send(address, headers, b'{"a": 2}')) == (400, "Client.InvalidBody")
        address, headers = caller.signed("bad-input", counted(), QUERY, body=b'{"a": 1}')
        assert told(caller.send(address, headers, b'{"a": 1}')) == (200, "")


@contextmanager
def changed(setting: Setting, change: str, back: str) -> Iterator[None]:
    """Change the gateway's tables, and change them back."""
    with psycopg.connect(setting.nodes[CITY].database, autocommit=True) as connection:
        connection.execute(change.encode())
        try:
            yield
        finally:
            connection.execute(back.encode())


class TestTooMuch:
    def test_paths_parameters_and_headers(self, setting: Setting, caller: Caller) -> None:
        with flat(setting):
            assert told(ask(caller, REGISTER + "/" + "x" * 9000)) == (400, "Client.InvalidRequest")
            assert told(ask(caller, "/r1/" + "x" * 9000)) == (400, "Client.BadRequest")
            assert told(ask(caller, REGISTER, query="&".join(["name=x"] * 900))) == (
                400,
                "Client.InvalidRequest",
            )
            assert told(ask(caller, REGISTER, query="name=" + "x" * 9000))[0] in (200, 400)
            assert told(ask(caller, REGISTER, x_road_issue="x" * 9000)) == (400, "Client.BadRequest")
            assert ask(caller, REGISTER + "/" + "x" * 70_000).status in (414, 431)
            assert ask(caller, REGISTER, x_road_issue="x" * 300_000).status in (0, 431)
            assert ask(caller, REGISTER).status == 200

    @pytest.mark.parametrize(
        "said",
        [
            "sig=(" + '"a" ' * 12_000 + ");created=1",
            ",".join(f's{number}=("@method")' for number in range(3000)),
            "sig=(" + "(" * 50_000,
            "sig=(" + '"@query-param";name="a" ' * 2000 + ")",
            "sig=()" + ';a="b"' * 8000,
        ],
    )
    def test_what_is_said_of_a_signature(self, setting: Setting, caller: Caller, said: str) -> None:
        with flat(setting):
            for number in range(40):
                address, headers = caller.signed("bad-input", REGISTER, QUERY)
                headers["signature-input"] = said.replace("a", f"a{number}")[:60_000]
                assert told(caller.send(address, headers)) == (400, "Client.MalformedSignature")

    def test_codes_that_nobody_has_are_not_remembered(self, setting: Setting, caller: Caller) -> None:
        with flat(setting):
            for number in range(1100):
                address, headers = "/r1/SH/GOV/gaj/x/y", {"x-road-client": f"{number}" * 2 + "x" * 60_000}
                assert told(caller.send(address, headers)) == (400, "Client.BadRequest")

    def test_bodies_deep_packed_and_without_end(self, setting: Setting, caller: Caller) -> None:
        with flat(setting):
            assert ask(caller, counted(), body=b"[" * 900_000).status == 200, "it is the provider's to read"
            assert told(ask(caller, REGISTER, body=b"[" * 900_000)) == (400, "Client.InvalidHttpMethod")
            packed = {"content_encoding": "gzip", "body": b"\x1f\x8b" + b"\0" * 1000}
            assert ask(caller, counted(), **packed).status == 200, "nobody unpacks it"
        with closing(wire(setting)) as line:
            line.sendall(
                f"POST {REGISTER} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
            )
            with suppress(OSError):
                for _ in range(2000):
                    line.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            assert status(line) in (0, 400)
        assert ask(caller, REGISTER).status == 200


class TestSlowCallers:
    def test_headers_and_bodies_that_do_not_come_leave_threads_for_others(self, setting: Setting) -> None:
        head = f"POST {REGISTER} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Road-Client: {CONSUMERS[CITY]}\r\n".encode()
        with ExitStack() as lines:
            for _ in range(60):
                lines.enter_context(closing(wire(setting))).sendall(head)
            for _ in range(8):
                lines.enter_context(closing(wire(setting))).sendall(head + b"Content-Length: 9\r\n\r\n[")
            for _ in range(8):
                with closing_line(Caller(setting.access[CITY])) as caller:
                    assert ask(caller, REGISTER).status == 200

"""What ``benchmarks/node_to_node.py`` serves: a city's and a district's node, or the floor in their place.

The floor is the least that two nodes must do for the same answer under the same server: the caller's signature verified by
both, one INSERT each with its commit, the one's signature over what it hands on and the other's over its answer made and
verified by the bare library, HTTP on a connection that is kept open. No grant, no count, no directory.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

PEOPLE = {
    f"{number:018d}": {"number": f"{number:018d}", "name": f"某某{number}", "born": "1990-01-01"}
    for number in range(10_000)
}
CONSUMER, PROVIDER = "SH/GOV/scjg/desk", "SH/GOV/pudong/people"
_own = threading.local()


def serve(said: Mapping[str, Any]) -> None:
    """Make both nodes ready, say the key's id once they answer, and serve until told."""
    from tongban.runtime import boot, processes

    processes.end_with_parent(signal.SIGTERM)
    os.environ.update({"TONGBAN_STATE": said["state"], "DATABASE_URL": said["databases"]["city"]})
    os.environ.pop("TONGBAN_NODE", None)
    boot.set_up_django(boot.NODE_SETTINGS)
    from tongban.runtime import crew

    key, servers = ours(said) if said["kind"] == "ours" else floor(said)
    threading.Thread(target=tell_when_ready, args=(said, key), daemon=True).start()
    crew.run_until_told(crew.Crew([partial(_same, one) for one in servers], are_servers=True))


def _same(one: Any) -> Any:
    return one


def tell_when_ready(said: Mapping[str, Any], key: str) -> None:
    """Print the key's id when both nodes answer and the district is known to the city."""
    import psycopg

    for port in said["ports"].values():
        until(lambda port=port: _answers(port))  # type: ignore[misc]
    if said["kind"] == "ours":
        statements = {
            "city": "SELECT FROM exchange_service WHERE kind = 'node'",
            "pudong": "SELECT FROM resources_grant",
        }
        for node, statement in statements.items():
            with psycopg.connect(said["databases"][node], autocommit=True) as connection:
                until(lambda c=connection, s=statement: c.execute(s).fetchone() is not None)  # type: ignore[misc]
        time.sleep(1.5)  # what each knows by heart is a second old at most
    print(key, flush=True)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, half a minute at most."""
    deadline = time.monotonic() + 30
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("not ready")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def ours(said: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return the caller's key and the servers of two nodes that are ready."""
    from tongban.datahub.exchange import operations as exchange
    from tongban.kernel.types import SYSTEM
    from tongban.runtime import boot
    from tongban.runtime.nodes import starting
    from tongban.runtime.nodes.apart import run_as
    from tongban.runtime.nodes.serving import NodeServer

    exchange.add_register(
        "bench-people", lambda asked: [PEOPLE[asked.parameters["number"]] | {"phone": "139"}]
    )
    variables = {
        node: {"TONGBAN_NODE": "" if node == "city" else node, "DATABASE_URL": url}
        for node, url in said["databases"].items()
    }
    ports, address = said["ports"], {node: f"http://127.0.0.1:{port}" for node, port in said["ports"].items()}
    run_as(variables["city"], boot.bring_tables_up_to_date)
    anchor = run_as(variables["city"], partial(starting.city_anchor, address["city"], (), SYSTEM))
    place = starting.Place(
        "pudong", "浦东新区", "127.0.0.1", ports["pudong"], address["pudong"], variables["pudong"]
    )
    request = run_as(variables["pudong"], partial(starting.stand, place, anchor))
    run_as(variables["city"], partial(starting.admit, [request], SYSTEM))
    run_as(variables["pudong"], offer)
    key = run_as(variables["city"], partial(take_part, bytes.fromhex(said["public"])))
    state = Path(said["state"])
    return key, [NodeServer(node, variables[node], state / node, "127.0.0.1", ports[node]) for node in ports]


def offer() -> None:
    """Publish the register at the district."""
    from benchmarks.gateway import catalogue
    from tongban.datahub.exchange import operations
    from tongban.datahub.exchange.types import Service, ServiceKind
    from tongban.kernel import clock
    from tongban.kernel.types import SYSTEM

    at = clock.now()
    operations.register_subsystem(code=PROVIDER, name=PROVIDER, by=SYSTEM, at=at)
    service = Service(
        PROVIDER, "person", 0, ServiceKind.REGISTER, "bench-people", "person", ("number",), "number"
    )
    catalogue()
    operations.publish_service(service=service, by=SYSTEM, at=at)


def take_part(public: bytes) -> str:
    """Register the caller at the city, and grant it what it asks for."""
    import datetime as dt

    from tongban.datahub.exchange import operations
    from tongban.datahub.resources import models
    from tongban.kernel import clock
    from tongban.kernel.types import SYSTEM

    at, today = clock.now(), clock.today()
    operations.register_subsystem(code=CONSUMER, name=CONSUMER, by=SYSTEM, at=at)
    key = operations.register_key(
        subsystem=CONSUMER, algorithm="ecdsa-p256-sha256", public=public, by=SYSTEM, at=at
    )
    request = models.Request.objects.create(
        department="scjg", item="x", material="y", wish={}, consumer=CONSUMER, state="granted", stated_at=at,
        answered_at=at, resource="person",
    )  # fmt: skip
    models.Grant.objects.create(
        request=request, consumer=CONSUMER, provider=PROVIDER, service="person", resource="person",
        fields=["number", "name", "born"], purpose="核验", items=["x"], material="y", basis="上海市数据条例 38",
        valid_from=today, until=today + dt.timedelta(days=30), per_day=100_000_000,
    )  # fmt: skip
    return key


@dataclass(frozen=True)
class Bare:
    """One of the floor's two functions, served as a node is."""

    application: Callable[[], Callable[..., Iterable[bytes]]]
    port: int

    def run(self) -> None:
        """Serve until it is asked to end."""
        from granian.constants import Interfaces, Loops
        from granian.server import Server

        from tongban.runtime.nodes.serving import THREADS

        Server(
            "floor", address="127.0.0.1", port=self.port, interface=Interfaces.WSGI, workers=1,
            blocking_threads=THREADS, loop=Loops.asyncio, websockets=False,
        ).serve(target_loader=self.application, wrap_loader=False)  # fmt: skip

    def stop(self) -> None:
        """End soon."""
        raise SystemExit(0)


TABLE = "CREATE TABLE bench_record (signed bytea PRIMARY KEY, at timestamptz, consumer text, id text)"
INSERT = "INSERT INTO bench_record VALUES (%s, now(), %s, %s)"


def floor(said: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return a key's name and the two bare functions."""
    import psycopg
    from cryptography.hazmat.primitives.asymmetric import ec

    for url in said["databases"].values():
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLE)
    caller = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(said["public"]))
    keys = {node: ec.generate_private_key(ec.SECP256R1()) for node in said["ports"]}
    near = partial(bare_near, said, caller, keys)
    far = partial(bare_far, said, caller, keys)
    return "bench", [Bare(near, said["ports"]["city"]), Bare(far, said["ports"]["pudong"])]


def _verified(environ: dict[str, Any], caller: Any) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    said = environ["HTTP_SIGNATURE_INPUT"][4:]
    value = base64.b64decode(environ["HTTP_SIGNATURE"][5:-1])
    host = environ.get("HTTP_SIGNED_FOR", environ["HTTP_HOST"])
    text = (
        f'"@method": {environ["REQUEST_METHOD"]}\n"@authority": {host}\n'
        f'"@path": {environ["PATH_INFO"]}\n"@query": ?{environ["QUERY_STRING"]}\n'
        f'"x-road-client": {environ["HTTP_X_ROAD_CLIENT"]}\n"x-road-id": {environ["HTTP_X_ROAD_ID"]}\n'
        f'"x-road-issue": {environ["HTTP_X_ROAD_ISSUE"]}\n'
        f'"@signature-params": {said}'
    ).encode()
    r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
    caller.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    return text, value


def _record(url: str, value: bytes, environ: dict[str, Any]) -> None:
    import psycopg

    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(url, autocommit=True, prepare_threshold=0)
    _own.connection.execute(INSERT, (value, environ["HTTP_X_ROAD_CLIENT"], environ["HTTP_X_ROAD_ID"]))


def bare_near(
    said: Mapping[str, Any], caller: Any, keys: Mapping[str, Any]
) -> Callable[..., Iterable[bytes]]:
    """Return the caller's node: verify, record, sign, ask, verify."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    how, other = ec.ECDSA(hashes.SHA256()), keys["pudong"].public_key()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        text, value = _verified(environ, caller)
        _record(said["databases"]["city"], value, environ)
        mark = base64.b64encode(keys["city"].sign(text, how)).decode()
        names = ("X_ROAD_CLIENT", "X_ROAD_ID", "X_ROAD_ISSUE", "SIGNATURE_INPUT", "SIGNATURE")
        lines = "".join(f"{name.replace('_', '-')}: {environ[f'HTTP_{name}']}\r\n" for name in names)
        head = (
            f"GET {environ['PATH_INFO']}?{environ['QUERY_STRING']} HTTP/1.1\r\nHost: x\r\n{lines}"
            f"Signed-For: {environ['HTTP_HOST']}\r\nMark: {mark}\r\n\r\n"
        )
        sign, body = _asked(said["ports"]["pudong"], head.encode())
        other.verify(sign, body, how)
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def _asked(port: int, request: bytes) -> tuple[bytes, bytes]:
    if not hasattr(_own, "line"):
        _own.line = socket.create_connection(("127.0.0.1", port))
        _own.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _own.line.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _own.line.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(lines[b"content-length"]):
        body += _own.line.recv(65536)
    return bytes.fromhex(lines[b"mark"].decode()), body


def bare_far(said: Mapping[str, Any], caller: Any, keys: Mapping[str, Any]) -> Callable[..., Iterable[bytes]]:
    """Return the provider's node: verify twice, record, answer, sign."""
    from urllib.parse import parse_qs

    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    how, other = ec.ECDSA(hashes.SHA256()), keys["city"].public_key()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        text, value = _verified(environ, caller)
        other.verify(base64.b64decode(environ["HTTP_MARK"]), text, how)
        _record(said["databases"]["pudong"], value, environ)
        row = PEOPLE[parse_qs(environ["QUERY_STRING"])["number"][0]]
        body = json.dumps({"rows": [row]}, ensure_ascii=False).encode()
        mark = keys["pudong"].sign(body, how).hex()
        start(
            "200 OK",
            [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Mark", mark)],
        )
        return [body]

    return answer


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))

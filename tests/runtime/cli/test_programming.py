"""``tongban exchange`` as a programmer types it: an OpenAPI file, certificates, the sandbox, how calls went."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from tests.factories import described as pets
from tests.factories import exchange
from tests.factories.described import PETS, PROVIDER, petstore, text_of
from tests.factories.exchange import CONSUMER, NUMBER, Caller
from tests.fakes.tls_proxy import make_identity
from tongban.client import SigningKey
from tongban.datahub.exchange import known, operations, queries
from tongban.datahub.exchange.operations import sealing
from tongban.foundation.http_signatures import operations as signing
from tongban.foundation.http_signatures.types import SM2
from tongban.kernel import clock
from tongban.runtime import boot
from tongban.runtime.cli import main

pytestmark = pytest.mark.django_db
MINE = CONSUMER.replace("SH/", "SH-TEST/")


@contextmanager
def already() -> Iterator[None]:
    yield


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "ready", already)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    known.forget()
    pets.make_catalogue()


def tongban(*line: object) -> int:
    return main(["exchange", *map(str, line)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pets.yaml"
    path.write_bytes(text_of(petstore()))
    return path


def test_a_file_is_looked_at_and_published(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ("publish-openapi", PROVIDER, file, "--resource", PETS)
    assert tongban(*line, "--dry-run") == 0
    said = capsys.readouterr().out
    assert f"{file}:1: · “photoUrls” is no field of the resource" in said
    assert "  GET /v2/pets/{petId}\n" in said
    assert said.endswith("this was a check only, and nothing was.\n")
    assert queries.find_service(PROVIDER, PETS) is None
    known.forget()
    assert tongban(*line, "--map", "photoUrls=owner-id-number") == 0
    said = capsys.readouterr().out
    assert said.endswith(f"The service {PROVIDER}/{PETS} is published, version 1.\n")
    assert "·" not in said, "everything has its place"
    found = queries.find_service(PROVIDER, PETS, version=1)
    assert found is not None
    assert found.renames["photoUrls"] == "owner-id-number"


def test_a_look_says_what_publishing_would_say(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ("publish-openapi", PROVIDER, file, "--resource", PETS)
    assert tongban(*line) == 0
    for more in ((), ("--dry-run",)):
        assert tongban(*line, "--subject", "petId", *more) == 1
        assert "Publish it under another code" in capsys.readouterr().err


def test_all_that_is_wrong_is_printed_with_its_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text("openapi: 2.0.0\npaths:\n  pets: {get: {}}\n", "utf-8")
    assert tongban("publish-openapi", PROVIDER, file, "--resource", PETS) == 1
    said = capsys.readouterr().out.splitlines()
    assert f"{file}:1: Only OpenAPI 3.0 and 3.1 are read; this says “2.0.0”." in said
    assert f"{file}:3: The path “pets” is not written as it has to be." in said
    assert said[-1] == "Nothing was published."
    assert tongban("publish-openapi", PROVIDER, file.with_name("gone"), "--resource", PETS) == 1
    assert "can not be read" in capsys.readouterr().err


def test_what_callers_may_stumble_over_has_to_be_meant(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ("publish-openapi", PROVIDER, file, "--resource", PETS)
    assert tongban(*line) == 0
    document = petstore()
    del document["paths"]["/v2/pets/search"]
    file.write_bytes(text_of(document))
    assert tongban(*line) == 1
    assert "The operation GET /v2/pets/search is gone." in capsys.readouterr().out
    assert tongban(*line, "--breaking") == 0
    assert "version 2" in capsys.readouterr().out


def test_a_certificate_is_registered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    identity = make_identity(tmp_path, "desk")
    assert tongban("certificate", CONSUMER, identity.certificate) == 0
    id = capsys.readouterr().out.strip()
    (kept,) = queries.keys_of(CONSUMER)
    assert (kept.id, kept.public) == (id, identity.der)
    assert tongban("certificate", CONSUMER, identity.key) == 1
    assert "no X.509 certificate in PEM" in capsys.readouterr().err
    assert tongban("revoke", id, "--reason", "x") == 0


def test_the_nodes_key_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert tongban("node-key") == 0
    said = capsys.readouterr().out
    key = load_pem_public_key(said.encode())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) == operations.node_key().public
    assert said.endswith(f"# ecdsa-p256-sha256 {operations.node_key().id}\n")


def test_the_sandbox(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = tmp_path / "public.pem"
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert tongban("publish-openapi", PROVIDER, file, "--resource", PETS) == 0
    capsys.readouterr()
    assert tongban("test-key", MINE, public) == 0
    id = capsys.readouterr().out.strip()
    assert id == SigningKey.of(private).id
    Caller(MINE, id, private).call(f"/r1/{PROVIDER.replace('SH/', 'SH-TEST/')}/{PETS}/v2/pets")
    assert tongban("log", MINE, "--test") == 0
    assert f"/{PETS} 200 " in capsys.readouterr().out

    rows = tmp_path / "rows.csv"
    rows.write_text("\ufeffchip-number,name\n156-1,小白\n", "utf-8")
    assert tongban("test-rows", PROVIDER, PETS, rows) == 0
    assert "has 1 rows of test data" in capsys.readouterr().out
    assert tongban("test-rows", PROVIDER, PETS) == 0
    assert capsys.readouterr().out.splitlines() == ["chip-number,name", "156-1,小白"]
    rows.write_text("name\n13800138000\n", "utf-8")
    assert tongban("test-rows", PROVIDER, PETS, rows) == 1
    assert "“name” in row 1" in capsys.readouterr().err
    assert tongban("test-rows", PROVIDER, PETS, "--made") == 0
    capsys.readouterr()
    assert tongban("test-rows", PROVIDER, PETS) == 0
    assert len(capsys.readouterr().out.splitlines()) == 21


def test_what_was_granted_is_listed_by_number(capsys: pytest.CaptureFixture[str]) -> None:
    id = exchange.make_grant()
    exchange.make_grant(valid_from=clock.today() + dt.timedelta(days=1))
    assert tongban("grants", CONSUMER) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{id}  {PROVIDER}/{exchange.SERVICE}  food-business-licence  ")
    assert tongban("grants", "SH/GOV/nobody/desk") == 1
    assert "SH/GOV/nobody/desk" in capsys.readouterr().err
    exchange.make_caller("SH/GOV/nobody/desk")
    assert tongban("grants", "SH/GOV/nobody/desk") == 0
    assert capsys.readouterr().out == ""


def test_how_calls_went(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # What the test's own transaction has written is taken as certain.
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    exchange.make_service()
    exchange.make_grant()
    caller = exchange.make_caller()
    caller.call(f"{exchange.ADDRESS}?number={NUMBER}")
    caller.call(exchange.ADDRESS)
    operations.count_exchanges(at=clock.now())
    assert tongban("stats", CONSUMER, "--hourly") == 0
    whole, hour = capsys.readouterr().out.splitlines()
    assert whole.startswith(f"{PROVIDER}/{exchange.SERVICE}  2 (1 !)  ")
    assert whole.endswith(" ms  Client.InvalidRequest 1")
    assert ":00  2 (1 !)  " in hour
    assert tongban("stats", PROVIDER, "--as", "provider", "--json") == 0
    (said,) = json.loads(capsys.readouterr().out)
    found: dict[str, Any] = said
    assert (found["other"], found["calls"], found["hour"]) == (CONSUMER, 2, None)


@pytest.mark.law("exchange-key-ends")
def test_keys_are_listed_with_their_last_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "public.pem"
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    file.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    until = clock.today() + dt.timedelta(days=90)
    assert tongban("key", CONSUMER, file, "--last-day", until) == 0
    id = capsys.readouterr().out.strip()
    assert tongban("keys", CONSUMER) == 0
    assert capsys.readouterr().out.split() == [id, "ecdsa-p256-sha256", until.isoformat()]
    assert tongban("revoke", id, "--reason", "x") == 0
    capsys.readouterr()
    assert tongban("keys", CONSUMER) == 0
    assert capsys.readouterr().out.split()[2:] == [until.isoformat(), clock.today().isoformat()]


def test_a_key_is_read_from_jwk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private, public = signing.make_pair(SM2)
    assert isinstance(private, bytes)
    x, y, d = (text(part) for part in (public[1:33], public[33:], private[:32]))
    file = tmp_path / "key.jwk"
    file.write_text(json.dumps({"kty": "EC", "crv": "SM2", "x": x, "y": y}))
    assert tongban("key", CONSUMER, file) == 0
    (key,) = queries.keys_of(CONSUMER)
    assert (key.id, key.public) == (capsys.readouterr().out.strip(), public)
    file.write_text(json.dumps({"kty": "EC", "crv": "SM2", "x": x, "y": y, "d": d}))
    assert tongban("key", CONSUMER, file) != 0
    assert "private key" in capsys.readouterr().err


def text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


@pytest.mark.parametrize("action", ["log", "stats"])
@pytest.mark.parametrize("subsystem", ["SH/GOV/nobody/x", "notasubsystem"])
def test_a_system_that_is_not_there_has_no_log(
    action: str, subsystem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tongban(action, subsystem) == 1
    said = capsys.readouterr()
    assert not said.out and subsystem in said.err


@pytest.mark.parametrize("line", [["key", CONSUMER], ["certificate", CONSUMER], ["test-key", MINE]])
def test_a_file_that_is_not_there_is_told_from_a_wrong_one(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (tmp_path / "gone.pem", tmp_path):
        assert tongban(*line, file) == 1
        assert capsys.readouterr().err == f"The file {file} can not be read.\n"
    wrong = tmp_path / "wrong.pem"
    for content in (b"", b"\xff\xfe", b"-----BEGIN PUBLIC KEY-----\n"):
        wrong.write_bytes(content)
        assert tongban(*line, wrong) == 1
        assert f"The file {wrong} is no " in capsys.readouterr().err


@pytest.mark.parametrize("hours", ["999999999999", "inf", "nan", "-1", "0", "1e400"])
def test_how_far_back_has_a_limit(hours: str, capsys: pytest.CaptureFixture[str]) -> None:
    exchange.make_caller()
    with pytest.raises(SystemExit) as ended:
        tongban("stats", CONSUMER, f"--hours={hours}")
    assert ended.value.code == 2
    assert "--hours" in capsys.readouterr().err
    assert tongban("stats", CONSUMER, "--hours=876000", "--hourly") == 0


@pytest.mark.parametrize("limit", ["-1", "0", "99999999999999999999"])
def test_how_many_calls_has_a_limit(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        tongban("log", CONSUMER, f"--limit={limit}")
    assert ended.value.code == 2
    assert "--limit" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        "name\n小白\n".encode("gb18030"),
        b"name\n1,2\n",
        b"name,chip-number\n1\n",
        b"name\n" + b"x" * 200_000,
        b"name\n\0\n",
    ],
)
def test_test_rows_that_are_no_table(
    content: bytes, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tongban("publish-openapi", PROVIDER, file, "--resource", PETS) == 0
    rows = tmp_path / "rows.csv"
    rows.write_bytes(content)
    capsys.readouterr()
    assert tongban("test-rows", PROVIDER, PETS, rows) == 1
    assert capsys.readouterr().err

"""One exchange as a sealed container: it holds on another machine, and not one byte of it can be changed."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import json
import shutil
import subprocess
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import exchange
from tests.factories.exchange import CONSUMER, OFFICER, Caller
from tests.factories.tampering import as_superuser, tamper
from tests.fakes.tls_proxy import make_identity
from tongban.datahub.exchange import known, models, operations, queries
from tongban.datahub.exchange.errors import (
    ContainerChanged,
    ContainerRepacked,
    ContentPurged,
    ExchangeUnknown,
    NoContainer,
    RecordBroken,
)
from tongban.datahub.exchange.evidence import archive, checking
from tongban.datahub.exchange.evidence.manifest import MANIFEST, SEAL, manifest_of
from tongban.datahub.exchange.operations import sealing, spreading
from tongban.datahub.exchange.types import Connection
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.attestation import queries as attestation_queries
from tongban.foundation.attestation.errors import NotAttested
from tongban.foundation.http_signatures.types import ALGORITHMS, Message
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel import clock
from tongban.kernel.ids import new_id

pytestmark = pytest.mark.slow


def signed() -> None:
    ledger.link_pending()
    attestation.sign_head(at=clock.now())


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)


@pytest.fixture
def answered(caller: Caller, at_once: None) -> tuple[uuid.UUID, bytes]:
    """An exchange under a signed head, among others, and the body of its answer."""
    caller.call()
    answer = caller.call(headers={"x-road-userid": "CNz-17", "x-road-issue": "SH2026-1"})
    caller.call()
    operations.seal(at=clock.now())
    signed()
    return uuid.UUID(dict(answer.headers)["X-Road-Request-Id"]), answer.body


def made(id: uuid.UUID) -> bytes:
    return operations.make_evidence(
        id=id, reason="上海知识产权法院调取证据通知书", by=OFFICER, at=clock.now()
    )


def sentences(data: bytes, root: bytes | None = None) -> list[str]:
    """Return what a container proves, which has to hold."""
    found = queries.check_evidence(data, root)
    assert found.problem is None, found.problem
    return [one.sentence for one in found.proves]


@pytest.mark.law("exchange-evidence")
def test_a_container_holds_without_a_database(
    answered: tuple[uuid.UUID, bytes], django_db_blocker: Any
) -> None:
    data = made(answered[0])
    root = trust_queries.root()
    with django_db_blocker.block():
        found = queries.check_evidence(data, root)
    assert found.problem is None and found.id == str(answered[0])
    said = {one.sentence: one.values for one in found.proves}
    assert said[checking.SIGNED]["subsystem"] == CONSUMER
    assert said[checking.ANSWERED]["digest"] == hashlib.sha256(answered[1]).hexdigest()
    assert said[checking.HEAD]["stamped"] and said[checking.RECORDED]["number"]
    assert found.root == hashlib.sha256(root or b"").hexdigest()
    assert "310101199001010014" in archive.unpacked(data)["request.txt"].decode(), (
        "the request stands in plain"
    )


def test_that_it_was_made_is_on_the_ledger(answered: tuple[uuid.UUID, bytes]) -> None:
    from tongban.foundation.ledger import queries as ledger_queries
    from tongban.kernel.types import Subject

    made(answered[0])
    (entry,) = ledger_queries.entries(Subject("exchange", str(answered[0])))
    assert (entry.act, entry.by.id) == ("exchange.evidence_made", OFFICER.id)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_keys_of_every_algorithm(db: None, at_once: None, algorithm: str) -> None:
    exchange.make_service()
    exchange.make_grant()
    answer = exchange.make_caller(algorithm=algorithm).call()
    operations.seal(at=clock.now())
    signed()
    assert checking.SIGNED in sentences(made(uuid.UUID(dict(answer.headers)["X-Road-Request-Id"])))


def test_a_call_by_mutual_tls_says_that_nobody_signed_it(
    caller: Caller, at_once: None, tmp_path: Path
) -> None:
    identity = make_identity(tmp_path, "desk")
    operations.register_certificate(subsystem=CONSUMER, certificate=identity.der, by=OFFICER, at=clock.now())
    message = Message(
        {"x-road-client": CONSUMER, "x-road-issue": exchange.ISSUE}, "GET", "https", exchange.HOST,
        exchange.ADDRESS, "number=1",
    )  # fmt: skip
    connection = Connection(identity.der, "10.0.0.5")
    made_call = queries.read_call(message, exchange.ADDRESS, b"", number=new_id(), connection=connection)
    operations.call(call=made_call, at=clock.now())
    operations.seal(at=clock.now())
    signed()
    data = made(made_call.number)
    assert "request.sig" not in archive.unpacked(data)
    proved = sentences(data)
    assert checking.CONNECTED in proved and checking.SIGNED not in proved


def test_a_key_of_another_node_and_a_call_that_is_handed_on(caller: Caller, at_once: None) -> None:
    """At the provider's node the key was told by the caller's; at the caller's node the call was handed on."""
    (key,) = queries.keys_of(CONSUMER)
    models.Key.objects.all().delete()
    known.forget()
    document = {
        "subsystem": CONSUMER,
        "algorithm": key.algorithm,
        "public": base64.b64encode(key.public).decode(),
        "registered_at": key.registered_at.isoformat(),
        "registered_by": key.registered_by,
        "revoked_at": None,
    }
    with as_superuser() as cursor:
        cursor.execute("DELETE FROM ledger_record WHERE subject_kind = 'exchange-key'")
    spreading.keep_key(code=key.id, document=document, by=OFFICER, at=clock.now())
    caller.call()
    tamper("UPDATE exchange_record SET outcome = 'Relayed'")
    operations.seal(at=clock.now())
    signed()
    proved = sentences(made(newest()))
    assert checking.LEARNED_AS in proved and checking.RELAYED in proved


def test_a_refused_call_is_proved_too(db: None, at_once: None) -> None:
    exchange.make_service()
    answer = exchange.make_caller().call()
    operations.seal(at=clock.now())
    signed()
    proved = sentences(made(newest()))
    assert answer.status != 200 and checking.REFUSED in proved and checking.UNANSWERED in proved


def newest() -> uuid.UUID:
    return queries.exchanges_of(CONSUMER)[0].id


def test_a_day_that_is_over_has_its_stamp_and_the_container_that_head(
    answered: tuple[uuid.UUID, bytes],
) -> None:
    head = attestation_queries.latest_head()
    assert head is not None
    tomorrow = head.at.astimezone(clock.SHANGHAI) + dt.timedelta(days=1)
    assert attestation.stamp_days(at=head.at) == 0
    assert attestation.stamp_days(at=tomorrow) == 1
    assert attestation.stamp_days(at=tomorrow) == 0
    found = {one.sentence: one.values for one in queries.check_evidence(made(answered[0])).proves}
    assert str(found[checking.HEAD]["stamped"])[:10] == tomorrow.date().isoformat()


class TestRefused:
    """What cannot be handed out."""

    def test_what_is_not_there_or_not_sealed_yet(self, caller: Caller, at_once: None) -> None:
        signed()
        with pytest.raises(ExchangeUnknown):
            made(uuid.uuid4())
        caller.call()
        with pytest.raises(NotAttested):
            made(newest())
        operations.seal(at=clock.now())
        with pytest.raises(NotAttested):
            made(newest())

    def test_what_was_purged(self, answered: tuple[uuid.UUID, bytes]) -> None:
        tamper(
            "UPDATE exchange_record SET message_id='', \"user\"='', issue='', subject=NULL, signed=sha256(''), "
            "signature='' WHERE id = %s",
            answered[0],
        )
        with pytest.raises(ContentPurged):
            made(answered[0])

    @pytest.mark.parametrize(
        "change",
        [
            "exchange_batch SET root = sha256('')",
            "exchange_record SET issue = 'another'",
            "exchange_answer SET status = 404",
        ],
    )
    def test_what_somebody_altered(self, answered: tuple[uuid.UUID, bytes], change: str) -> None:
        tamper(f"UPDATE {change}")
        with pytest.raises(RecordBroken):
            made(answered[0])


class TestChanged:
    """Whoever changes anything."""

    @pytest.fixture
    def data(self, answered: tuple[uuid.UUID, bytes]) -> bytes:
        return made(answered[0])

    def test_no_byte_can_be_changed(self, data: bytes) -> None:
        root = trust_queries.root()

        @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(st.integers(0, len(data) - 1), st.integers(1, 255))
        def changed(at: int, by: int) -> None:
            assert not holds(data[:at] + bytes([data[at] ^ by]) + data[at + 1 :], root)

        assert holds(data, root)
        changed()

    def test_no_byte_of_the_seal_can_be_changed(self, data: bytes) -> None:
        """Every one: most of a signature's form is covered by nothing that it signs."""
        at, length = (
            data.rindex(SEAL.encode(), 0, data.rindex(b"PK\x01\x02")) + len(SEAL),
            len(archive.unpacked(data)[SEAL]),
        )
        for place in range(at, at + length, 7):
            assert not holds(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])

    def test_nothing_can_be_cut_off_or_added(self, data: bytes) -> None:
        for other in (data[:-1], data + b"\0", data[1:], b"", b"PK\x05\x06" + bytes(18), data + data):
            assert not holds(other)

    def test_what_was_changed_is_named(self, data: bytes) -> None:
        """Whoever presents it may have broken it without wanting to: by unpacking and packing, by an editor."""
        files = archive.unpacked(data)
        at = data.index(files["request.txt"])
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        for broken in (flipped, zipped(files | {"request.txt": b"x"}), zipped(without(files, "request.txt"))):
            with pytest.raises(ContainerChanged, match=r"request\.txt"):
                queries.check_evidence(broken)
        for name in ("request.txt", "README.txt", "mimetype"):
            found = queries.check_evidence(archive.packed(files | {name: b"x"}))
            assert found.problem is not None and found.problem.values == {"file": name}
        with pytest.raises(ContainerRepacked):
            queries.check_evidence(zipped(files))

    def test_another_citys_root_does_not_do(self, data: bytes) -> None:
        files = archive.unpacked(data)
        assert queries.check_evidence(data, files["key.bin"]).problem is not None

    HOSTILE: tuple[Any, ...] = (None, True, [], "x", -1, 10**400, {"x": 1}, [[]] * 9, 1.5, "00" * 32)

    @pytest.mark.parametrize("where", ["index", "path", "batch", "salt", "frame", "content"])
    def test_values_of_any_kind_are_refused(self, data: bytes, where: str) -> None:
        for value in self.HOSTILE:
            files = archive.unpacked(data)
            said(lambda read, value=value: read["answer"].update({where: value}))(files)  # type: ignore[misc]
            files[MANIFEST] = manifest_of(files)
            files[SEAL] = trust.seal_data(
                files[MANIFEST], seal="exchange-evidence", reason="", at=clock.now()
            )
            assert not holds(archive.packed(files))

    @pytest.mark.parametrize(
        "change", ["request", "answer", "who", "path", "batch", "key", "witness", "registration"]
    )
    def test_not_even_one_who_holds_the_seal_can_change_it(self, data: bytes, change: str) -> None:
        """Sealed anew: what is proved by the ledger and the caller's signature does not hang on the seal."""
        files = archive.unpacked(data)
        CHANGES[change](files)
        files[MANIFEST] = manifest_of(files)
        files[SEAL] = trust.seal_data(files[MANIFEST], seal="exchange-evidence", reason="", at=clock.now())
        found = queries.check_evidence(archive.packed(files))
        assert found.problem is not None and found.proves == ()


@given(st.binary(max_size=300))
def test_whatever_it_is_given_it_answers_in_a_sentence(data: bytes) -> None:
    assert not holds(data)
    for files in (
        {"exchange.json": data},
        {"exchange.json": b'{"call": {"frame": {"id": 1}}}', "root.der": data},
    ):
        assert not holds(archive.packed(files))


def zipped(files: dict[str, bytes]) -> bytes:
    """Return what a tool of everybody's makes of the files."""
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return to.getvalue()


def without(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {each: data for each, data in files.items() if each != name}


def holds(data: bytes, root: bytes | None = None) -> bool:
    try:
        return queries.check_evidence(data, root).problem is None
    except NoContainer:
        return False


def said(change: Callable[[Any], object]) -> Callable[[dict[str, bytes]], None]:
    """Return what changes the JSON of the exchange."""

    def apply(files: dict[str, bytes]) -> None:
        read = json.loads(files["exchange.json"])
        change(read)
        files["exchange.json"] = json.dumps(read, ensure_ascii=False, indent=1).encode()

    return apply


def swap(name: str, before: bytes, after: bytes) -> Callable[[dict[str, bytes]], None]:
    def apply(files: dict[str, bytes]) -> None:
        assert before in files[name]
        files[name] = files[name].replace(before, after)

    return apply


CHANGES: dict[str, Callable[[dict[str, bytes]], None]] = {
    "request": swap("request.txt", b"310101199001010014", b"310101198506152346"),
    "answer": said(lambda read: read["answer"]["content"].update(digest=hashlib.sha256(b"").hexdigest())),
    "who": said(lambda read: read["call"]["frame"].update(consumer="SH/GOV/x/y")),
    "path": said(lambda read: read["call"]["path"].reverse()),
    "batch": said(lambda read: read["call"]["batch"].update(number=9)),
    "key": lambda files: files.update({"key.bin": bytes(32)}),
    "witness": lambda files: files.update(
        {"witnesses.json": b'[{"name": "x", "root": "", "cosignature": {}}]'}
    ),
    "registration": lambda files: files.update({"registration.json": files["call.json"]}),
}


def test_openssl_finds_the_seal_valid(answered: tuple[uuid.UUID, bytes], tmp_path: Path) -> None:
    """A tool that is not ours (CAdES is CMS, RFC 5652)."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    files = archive.unpacked(made(answered[0]))
    (tmp_path / "root.pem").write_bytes(pem.armor("CERTIFICATE", files["root.der"]))
    (tmp_path / "manifest").write_bytes(files[MANIFEST])
    (tmp_path / "seal").write_bytes(files[SEAL])
    line = "cms -verify -binary -inform DER -in seal -content manifest -CAfile root.pem -purpose any -out checked"
    done = subprocess.run([openssl, *line.split()], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "checked").read_bytes() == files[MANIFEST]

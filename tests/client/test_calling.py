"""The client against the gateway: what it sends is taken, and it takes nothing that is not the answer to its call."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from tests.client.conftest import MakeClient
from tests.factories import exchange
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER, SERVICE, Caller
from tests.fakes.wire import with_body, with_header
from tongban.channels.gateway.failures import failed
from tongban.client import CallFailed, Client, NodeKey, NotGenuine, ProviderFailed, SigningKey, Unreachable
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import NodeFailed
from tongban.datahub.exchange.errors import ProviderFailed as AtProvider
from tongban.datahub.exchange.types import Answer, ServiceKind
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import ALGORITHMS
from tongban.kernel import clock

PERSON = f"{PROVIDER}/{SERVICE}"
NUMBER = "310101199001010014"


def test_a_call_and_what_is_on_record_of_it(make_client: MakeClient) -> None:
    client, _ = make_client()
    answer = client.call(PERSON, params={"number": NUMBER}, issue="SH2026-1", user="CNz-17")
    assert answer.rows == [{"number": NUMBER, "name": "张三"}]
    found = queries.find_exchange(uuid.UUID(answer.request_id))
    assert found is not None
    assert (found.issue, found.user, found.message_id) == ("SH2026-1", "CNz-17", answer.id)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_keys_of_every_algorithm(make_client: MakeClient, algorithm: str) -> None:
    client, _ = make_client()
    caller = exchange.make_caller(algorithm=algorithm)
    client.sender.key = SigningKey.of(caller.private)
    assert client.sender.key.id == caller.key, "the node computes the same id"
    assert client.call(PERSON, params=[("number", NUMBER)]).status == 200


def test_keys_come_from_files(tmp_path: Path) -> None:
    for private in (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())):
        file = tmp_path / "key.pem"
        file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        client = Client("http://127.0.0.1", CONSUMER, file, "mine")
        assert client.sender.key is not None
        assert (client.sender.key.id, client.sender.key.private.public_key()) == (
            "mine",
            private.public_key(),
        )  # type: ignore[union-attr]
        assert "private" not in repr(client.sender.key), "a key that is printed is a key that is lost"
    with pytest.raises(ValueError, match="Ed25519"):
        SigningKey.of(x25519.X25519PrivateKey.generate())
    with pytest.raises(ValueError, match="a key to sign with"):
        Client("http://127.0.0.1", CONSUMER)


def test_signs_and_words_that_addresses_encode(make_client: MakeClient) -> None:
    """Path and parameters are signed as the node sees them, whatever stands in them."""
    client, _ = make_client()
    exchange.make_service("words", parameters=("number", "words"))
    exchange.make_grant(service="words")
    words = {"number": "1", "words": "一 二&三=+%/?#“"}
    assert client.call(f"{PROVIDER}/words", params=words).rows == []
    with pytest.raises(CallFailed) as failed:
        client.call(PERSON, "/a b/张!$&'()*+,;=:@-._~%41?#", params={"number": NUMBER})
    assert failed.value.code == "wrong-parameters", "a register has no paths, but the signature held"


def test_a_body_is_sent_with_its_digest(make_client: MakeClient) -> None:
    client, wire = make_client()
    with pytest.raises(CallFailed) as failed:
        client.call(PERSON, params={"number": NUMBER}, json={"name": "张三"})
    assert failed.value.type == "Client.InvalidHttpMethod"
    assert failed.value.is_mine
    assert wire.requests[0]["HTTP_CONTENT_TYPE"] == "application/json;charset=utf-8"
    assert '"content-digest"' in wire.requests[0]["HTTP_SIGNATURE_INPUT"]


def test_a_refusal_says_what_the_node_says(make_client: MakeClient) -> None:
    client, wire = make_client(language="en")
    operations.enable_service(
        provider=PROVIDER, code=SERVICE, is_enabled=False, reason="x", by=OFFICER, at=clock.now()
    )
    with pytest.raises(CallFailed, match=r"Server\.ServerProxy\.ServiceDisabled.*is paused") as failed:
        client.call(PERSON, params={"number": NUMBER})
    assert (failed.value.status, failed.value.code, failed.value.is_mine) == (500, "service-disabled", False)
    assert uuid.UUID(failed.value.number)
    assert len(wire.requests) == 1, "what is refused is not asked again"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (with_body(b'{"rows":[]}'), "Content-Digest"),
        (with_header("content-digest", None), "Content-Digest"),
        (with_header("x-road-request-hash", "x"), "x-road-request-hash"),
        (with_header("x-road-id", "x"), "x-road-id"),
        (with_header("x-road-client", "x"), "x-road-client"),
        (with_header("x-road-service", "x"), "x-road-service"),
        (with_header("x-road-request-id", str(uuid.uuid4())), "x-road-request-hash"),
        (with_header("x-road-request-id", None), "X-Road-Request-Id"),
    ],
)
def test_an_answer_that_was_changed_is_not_taken(make_client: MakeClient, change, why: str) -> None:  # type: ignore[no-untyped-def]
    client, wire = make_client()
    wire.change = change
    with pytest.raises(NotGenuine, match=why):
        client.call(PERSON, params={"number": NUMBER})


def test_the_answer_to_another_call_is_not_taken(make_client: MakeClient) -> None:
    client, wire = make_client()
    answers: list[Answer] = []
    wire.change = lambda answer: answers.append(answer) or answers[0]  # type: ignore[func-returns-value]
    client.call(PERSON, params={"number": NUMBER}, id="one")
    with pytest.raises(NotGenuine, match="x-road-request-hash"):
        client.call(PERSON, params={"number": "310101198506152346"}, id="one")


def test_an_answer_is_read_as_far_as_it_may_be_long(make_client: MakeClient) -> None:
    client, _ = make_client(most_bytes=10)
    with pytest.raises(NotGenuine, match="longer than 10 bytes"):
        client.call(PERSON, params={"number": NUMBER})


def refused() -> requests.ConnectionError:
    why = NewConnectionError(HTTPConnectionPool("127.0.0.1"), "refused")
    return requests.ConnectionError(MaxRetryError(HTTPConnectionPool("127.0.0.1"), "/", why))


BUSY = failed(AtProvider("ServiceFailed.Busy"), "1", "zh")
SLOW = failed(AtProvider("ServiceFailed.Timeout"), "1", "zh")
GONE = failed(AtProvider("NetworkError"), "1", "zh")
DATABASE = failed(NodeFailed(), "1", "zh")


@pytest.mark.parametrize("failure", [refused(), requests.ReadTimeout("x"), BUSY, GONE, DATABASE])
def test_a_read_is_made_again(make_client: MakeClient, failure: Exception | Answer) -> None:
    waits: list[float] = []
    client, wire = make_client(wait=waits.append)
    wire.failures = [failure, failure]
    assert client.call(PERSON, params={"number": NUMBER}).status == 200
    signatures = {one["HTTP_SIGNATURE"] for one in wire.requests}
    assert len(signatures) == 3, "each time it is signed anew"
    assert len({one["HTTP_X_ROAD_ID"] for one in wire.requests}) == 1, "it is the same message"
    assert waits == [0.2, 0.4]


def test_after_so_many_times_it_is_told(make_client: MakeClient) -> None:
    client, wire = make_client(retries=1)
    wire.failures = [refused(), refused(), refused()]
    with pytest.raises(Unreachable) as told:
        client.call(PERSON, params={"number": NUMBER})
    assert not told.value.was_sent
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    "failure", [requests.ReadTimeout("x"), requests.ConnectionError("reset"), GONE, SLOW]
)
def test_what_may_have_been_done_is_not_done_again(
    make_client: MakeClient, failure: Exception | Answer
) -> None:
    client, wire = make_client()
    wire.failures = [failure]
    with pytest.raises((Unreachable, CallFailed)):
        client.call(PERSON, params={"number": NUMBER}, body=b"{}")
    assert len(wire.requests) == 1


@pytest.mark.parametrize("failure", [refused(), BUSY, DATABASE])
def test_what_was_never_made_is_made_again(make_client: MakeClient, failure: Exception | Answer) -> None:
    client, wire = make_client()
    wire.failures = [failure]
    with pytest.raises(CallFailed, match="InvalidHttpMethod"):
        client.call(PERSON, params={"number": NUMBER}, body=b"{}")
    assert len(wire.requests) == 2


@pytest.mark.parametrize("said", ["a\nb", "a\r\nx-road-client: SH/GOV/gaj/people", "a\x00"])
def test_what_no_header_can_hold_is_told_at_home(make_client: MakeClient, said: str) -> None:
    client, wire = make_client()
    with pytest.raises(ValueError, match=r"x-road-issue") as refused:
        client.call(PERSON, params={"number": NUMBER}, issue=said)
    assert str(refused.value).isascii(), "in English, as all that this package says itself"
    assert wire.requests == [], "nothing was sent"


def test_what_the_provider_says_itself(
    make_client: MakeClient, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.datahub.exchange.providers import upstream

    exchange.make_service(
        "away",
        kind=ServiceKind.UPSTREAM,
        target="http://127.0.0.1:9",
        parameters=(),
        subject="",
        paths=("GET /people/{id}",),
    )
    exchange.make_grant(service="away")
    monkeypatch.setattr(upstream, "_sent", lambda service, call, address: (404, b'{"name": "-", "why": "x"}'))
    client, _ = make_client()
    with pytest.raises(ProviderFailed) as told:
        client.call(f"{PROVIDER}/away", "/people/1")
    assert (told.value.answer.status, told.value.answer.rows) == (404, [{"name": "-"}])


def node_key(*, is_national: bool = False) -> NodeKey:
    key = operations.node_key(is_national=is_national)
    return NodeKey.read(signatures.write_pem(key.algorithm, key.public).encode())


@pytest.mark.parametrize("is_national", [False, True])
def test_a_signed_answer(make_client: MakeClient, is_national: bool) -> None:
    client, _ = make_client(node_key=node_key(is_national=is_national))
    answer = client.call(PERSON, params={"number": NUMBER})
    assert answer.signed_by == operations.node_key(is_national=is_national).id
    with pytest.raises(CallFailed, match="UnknownService"):
        client.call(f"{PROVIDER}/other")


def test_with_a_nodes_key_nothing_else_is_taken(make_client: MakeClient) -> None:
    client, wire = make_client(node_key=node_key())
    for change in (
        with_header("signature", None),
        with_header("x-road-request-hash", "x"),
        with_header("x-road-error", "Server.ServerProxy.ServiceFailed.Busy"),
        lambda answer: replace(answer, status=404),
    ):
        wire.change = change  # type: ignore[assignment]
        with pytest.raises(NotGenuine, match="the node's signature"):
            client.call(PERSON, params={"number": NUMBER})
    others = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    client.sender.node_key = NodeKey.of("ed25519", others)
    wire.change = lambda answer: answer
    with pytest.raises(NotGenuine, match="signature-missing"):
        client.call(PERSON, params={"number": NUMBER})


def test_a_refusal_of_another_call_is_not_taken(make_client: MakeClient) -> None:
    """Somebody on the way keeps a refusal, signed as it is, and gives it as the answer to a later call."""
    client, wire = make_client(node_key=node_key())
    kept: list[Answer] = []
    wire.change = lambda answer: kept.append(answer) or answer  # type: ignore[func-returns-value]
    with pytest.raises(CallFailed):
        client.call(f"{PROVIDER}/other")
    wire.change = lambda answer: kept[0]
    with pytest.raises(NotGenuine, match="another call"):
        client.call(PERSON, params={"number": NUMBER})

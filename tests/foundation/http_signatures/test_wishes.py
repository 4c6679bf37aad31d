"""Accept-Signature (RFC 9421 5.1): what is wanted on the answer, and what no node gives."""

from __future__ import annotations

import pytest

from tongban.foundation.http_signatures import operations, queries
from tongban.foundation.http_signatures.types import ED25519, STATUS, Key, Message, Policy, Wish
from tongban.kernel.errors import Failure


def test_the_signature_that_is_wanted() -> None:
    """As in RFC 9421 5.1, without the parts of a request."""
    header = 'sig1=("@status" "content-digest" "content-type");created;keyid="test-key-a";tag="app-123";nonce="12345678"'
    wish = queries.read_wish(header)
    assert wish == Wish(
        "sig1", (STATUS, "content-digest", "content-type"), "test-key-a", "", "12345678", "app-123"
    )
    assert wish.over(["content-type", "x-road-id"], ["x-road-id", "x-road-error"]) == (
        STATUS,
        "content-type",
        "x-road-id",
    )


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "signature-not-one"),
        ("sig=1", "signature-malformed"),
        ("sig=(", "signature-malformed"),
        ('签="x"', "signature-malformed"),
        ("sig=(status)", "signature-malformed"),
        ('a=("@status"), b=("@status")', "signature-not-one"),
        ('sig=("@method";req)', "signature-component"),
        ('sig=("signature";req;key="sig1")', "signature-component"),
        ('sig=("@method")', "signature-component"),
        ('sig=("content-type";sf)', "signature-component"),
        ('sig=("Content-Type")', "signature-component"),
        ('sig=("@status");keyid=token', "signature-parameter"),
        ('sig=("@status");keyid', "signature-parameter"),
        ('sig=("@status");nonce="short"', "signature-parameter"),
        (f'sig=("@status");tag="{"x" * 65}"', "signature-parameter"),
        ('sig=("@status");other="x"', "signature-parameter"),
    ],
)
def test_what_is_not_understood_is_refused(header: str, code: str) -> None:
    with pytest.raises(Failure) as refused:
        queries.read_wish(header)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("key", "algorithm", "code"),
    [("other", "", "signature-key"), ("", "rsa-pss-sha512", "signature-algorithm")],
)
def test_a_key_that_the_signer_has_not(key: str, algorithm: str, code: str) -> None:
    queries.check_wish(Wish("sig", (), "mine", ED25519), key="mine", algorithm=ED25519)
    with pytest.raises(Failure) as refused:
        queries.check_wish(Wish("sig", (), key, algorithm), key="mine", algorithm=ED25519)
    assert refused.value.code == code


def test_a_tag_is_signed_and_read() -> None:
    private, public = operations.make_pair(ED25519)
    message = Message({"x": "1"}, status=200)
    added = operations.signed_headers(
        message, components=(STATUS, "x"), key="k", private=private, created=1000, tag="app-123", label="sig1"
    )
    signed, _ = queries.verified(
        Message({"x": "1", **added}, status=200),
        b"",
        find_key=lambda id: Key(id, ED25519, public),
        policy=Policy(covered=(STATUS,), needs_nonce=False),
        moment=1000,
    )
    assert (signed.label, signed.tag) == ("sig1", "app-123")

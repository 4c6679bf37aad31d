"""The node's own key: made once, certified by the root, good for signing messages."""

from __future__ import annotations

import pytest

from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures import queries
from tongban.foundation.http_signatures.types import Key, Message, Policy
from tongban.foundation.trust import operations
from tongban.foundation.trust import queries as trust
from tongban.foundation.trust.certificates.authority import root_certificate
from tongban.foundation.trust.certificates.issuing import is_signed_by
from tongban.foundation.trust.suites import suite_named
from tongban.foundation.trust.types import INTERNATIONAL, NATIONAL

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [INTERNATIONAL, NATIONAL])
def test_the_node_has_one_key_of_each_suite_certified_by_its_root(name: str) -> None:
    from asn1crypto import x509

    key, suite = operations.node_key(name), suite_named(name)
    assert operations.node_key(name).public == key.public
    assert trust.root(name) is not None
    above = root_certificate(suite)
    assert above is not None and is_signed_by(suite, x509.Certificate.load(key.certificate), above)
    assert "private" not in repr(key)


def test_a_message_signed_by_the_node_is_verified_by_its_public_key() -> None:
    key = operations.node_key()
    message = Message({}, method="POST", authority="a.example", path="/hook")
    added = signatures.signed_headers(
        message, b"x", components=("@method", "@path"), key="node", private=key.private, created=1000
    )
    signed, _ = queries.verified(
        Message(added, method="POST", authority="a.example", path="/hook"),
        b"x",
        find_key=lambda id: Key(id, key.algorithm, key.public),
        policy=Policy(covered=("@method", "@path"), needs_nonce=False),
        moment=1001,
    )
    assert signed.key == "node"

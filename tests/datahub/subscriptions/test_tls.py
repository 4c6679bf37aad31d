"""Receivers by https: believed when their certificate is good for their name, told nothing when it is not."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.factories import feeds
from tests.factories.feeds import Receiver, change, work_until
from tongban.datahub.subscriptions import queries
from tongban.datahub.subscriptions.operations import Courier
from tongban.datahub.subscriptions.types import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return a file with a key and its own certificate, for 127.0.0.1."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
    )
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(today - dt.timedelta(days=1)).not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "receiver.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def receiver(certificate: Path) -> Iterator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with feeds.receiving(context=context) as one:
        yield one


@pytest.mark.slow
def test_with_a_certificate_that_the_machine_believes(
    courier: Courier, receiver: Receiver, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds.make_feed()
    feeds.grant()
    feeds.publish(change(1))
    feeds.place()
    id = feeds.subscribe(receiver.address)
    work_until(courier, lambda: queries.get_subscription(id).failures > 0)
    assert (queries.get_subscription(id).why, queries.get_subscription(id).state) == ("tls", State.PROVING)
    assert receiver.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    work_until(courier, lambda: queries.get_subscription(id).position == 1)
    assert receiver.ids == [1]

"""A proxy that ends mutual TLS, as nginx or HAProxy do: it asks for a certificate, and says which one it was.

It takes away every header that could be taken for its own, sets one of its own, and passes the rest on byte for byte.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

SECRET = "a-secret-of-the-proxy-and-of-this-node"
HOST = "127.0.0.1"
SECONDS = 30
USAGE = x509.KeyUsage(
    digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
)  # fmt: skip
END = b"\r\n\r\n"


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, as PEM files and as DER."""

    certificate: Path
    key: Path
    der: bytes

    @property
    def files(self) -> tuple[str, str]:
        return str(self.certificate), str(self.key)


def make_identity(folder: Path, name: str, *, begins: dt.datetime | None = None, days: int = 30) -> Identity:
    """Make a certificate that signs itself, good for this machine and for clients."""
    key = ec.generate_private_key(ec.SECP256R1())
    begins = begins or dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.crt", folder / f"{name}.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Identity(*files, made.public_bytes(Encoding.DER))


def as_bytes(der: bytes, secret: str = SECRET) -> str:
    """Return the header as HAProxy writes it (RFC 9440)."""
    return f':{base64.b64encode(der).decode()}:;proxy="{secret}"'


def as_escaped(der: bytes, secret: str = SECRET) -> str:
    """Return the header as nginx writes it."""
    return f"{quote(ssl.DER_cert_to_PEM_cert(der), safe='')};proxy={secret}"


@contextlib.contextmanager
def ending_tls(server: Identity, clients: list[Identity], behind: int) -> Iterator[int]:
    """Yield the port of a proxy before the port ``behind``; it lets in who holds one of the clients' keys."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*server.files)
    context.verify_mode = ssl.CERT_REQUIRED
    for client in clients:
        context.load_verify_locations(client.certificate)
    listener = socket.create_server((HOST, 0))
    stops = threading.Event()

    def accept() -> None:
        while not stops.is_set():
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(plain,), daemon=True).start()

    def serve(plain: socket.socket) -> None:
        plain.settimeout(SECONDS)
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as client:
            der = client.getpeercert(binary_form=True)
            assert der is not None
            _pass_on(client, der, behind)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stops.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(SECONDS)


def _pass_on(client: ssl.SSLSocket, der: bytes, behind: int) -> None:
    """Pass one request on, and its answer back; the connection is good for one."""
    received = b""
    while END not in received:
        part = client.recv(65_536)
        if not part:
            return
        received += part
    head, _, body = received.partition(END)
    lines = head.decode("latin-1").split("\r\n")
    kept = [line for line in lines[1:] if line.partition(":")[0].lower().replace("_", "-") not in OWN]
    length = next(
        (int(line.partition(":")[2]) for line in kept if line.lower().startswith("content-length:")), 0
    )
    while len(body) < length:
        part = client.recv(65_536)
        if not part:
            return
        body += part
    said = [lines[0], *kept, f"Client-Cert: {as_bytes(der)}", "Connection: close"]
    with socket.create_connection((HOST, behind), SECONDS) as node:
        node.sendall("\r\n".join(said).encode("latin-1") + END + body)
        while part := node.recv(65_536):
            client.sendall(part)


OWN = {"client-cert", "connection"}

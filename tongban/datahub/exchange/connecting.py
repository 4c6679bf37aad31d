"""A request that came by mutual TLS: who makes it is known by the certificate of its connection, not by a signature.

The proxy that ends TLS says which certificate it was; this node relies on it. So what is on record says who called and
by which proxy that is known, and proves nothing to a third party: where that matters, calls are signed.
"""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.exchange import known
from tongban.datahub.exchange.errors import (
    BadSignature,
    CertificateNotValid,
    CertificateUnknown,
    NotTheClient,
)
from tongban.datahub.exchange.rules import protocol
from tongban.datahub.exchange.types import Connection
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Message, Signed
from tongban.kernel.errors import Failure

CLIENT = "x-road-client"
DIGEST = "content-digest"
LABEL = "tls"


def connected(
    message: Message, body: bytes, connection: Connection, *, number: uuid.UUID, at: dt.datetime
) -> tuple[Signed, bytes, int]:
    """Return what stands for the signature, what was asked, and the number of the certificate.

    It has no value, and its number used once is the request's own: within TLS nothing can be sent twice by another.
    Raises CertificateUnknown, CertificateNotValid, NotTheClient, or BadSignature when the body is not the one of its
    digest.
    """
    id = signatures.key_id(connection.certificate)
    found, client = known.find_certificate(id), message.headers.get(CLIENT, "")
    if found is None:
        raise CertificateUnknown(id)
    if not found.valid_from <= at < found.valid_until:
        raise CertificateNotValid(id)
    if found.subsystem != client:
        raise NotTheClient(client)
    try:
        if DIGEST in message.headers:
            signatures.check_digest(body, message.headers[DIGEST])
        stands = _standing(message, id, number, at)
        base = signatures.signature_base(message, stands.components, stands.parameters)
    except Failure as why:
        raise BadSignature(why) from None
    return stands, base + f'\n"@tls-proxy": {connection.proxy}'.encode(), found.number


def _standing(message: Message, id: str, number: uuid.UUID, at: dt.datetime) -> Signed:
    headers = [name for name in message.headers if name.startswith(protocol.OURS) or name == DIGEST]
    names = dict.fromkeys([*protocol.COVERED, *sorted(headers)])
    components = tuple(f'"{name}"' for name in names)
    created, nonce = int(at.timestamp()), number.hex
    said = f'({" ".join(components)});created={created};keyid="{id}";nonce="{nonce}"'
    return Signed(LABEL, components, said, b"", key=id, created=created, nonce=nonce)

"""What a proxy that ends mutual TLS says of the client's certificate, in the header Client-Cert (RFC 9440).

Anybody can send such a header. It counts only from the addresses that the operator has named, and only with the secret
that the operator has given to each of them, behind the certificate in the same header: so neither another program
on the proxy's machine can speak for it, nor a client whose header the proxy has passed on beside its own.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from tongban.datahub.exchange.types import Connection

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HEADER = "HTTP_CLIENT_CERT"
PLACE = "tongban.connection"
"""Where the gateway finds it. No header of a request can have this name."""
LONGEST = 16_384
BYTES = r":(?P<der>[A-Za-z0-9+/]+={0,2}):"
"""As RFC 9440 writes a certificate; HAProxy and Envoy can."""
ESCAPED = r"(?P<pem>-----BEGIN%20CERTIFICATE-----(?:[A-Za-z0-9._~+/=-]|%[0-9A-Fa-f]{2})+)"
"""As nginx writes it: ``$ssl_client_escaped_cert``."""
SAID = re.compile(rf'(?:{BYTES}|{ESCAPED}); ?proxy="?(?P<secret>[A-Za-z0-9._~-]+)"?')
PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")
log = logging.getLogger(__name__)


def told_of_connections(application: Application, proxies: Mapping[str, str]) -> Application:
    """Return the application, told of certificates by the proxies: their secrets by their addresses."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        header = environ.pop(HEADER, None)
        if header:
            proxy = environ.get("REMOTE_ADDR", "")
            certificate = certificate_in(header, proxies.get(proxy))
            if certificate:
                environ[PLACE] = Connection(certificate, proxy)
            else:
                log.warning("gateway: a certificate from %s was not believed", proxy or "?")
        return application(environ, start)

    return answer


def certificate_in(header: str, secret: str | None) -> bytes | None:
    """Return the certificate (DER) of a header, if it comes with the proxy's secret and is written as it has to be."""
    said = SAID.fullmatch(header) if secret and len(header) <= LONGEST else None
    if said is None or not hmac.compare_digest(said["secret"].encode(), str(secret).encode()):
        return None
    text = said["der"]
    if text is None:
        pem = PEM.fullmatch(unquote(said["pem"]))
        text = "".join(pem[1].split()) if pem else ""
    try:
        return base64.b64decode(text, validate=True) or None
    except binascii.Error:
        return None

"""Requests on their way: signed, sent, read within bounds."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from tongban.client.errors import NotGenuine, Unreachable
from tongban.client.keys import NodeKey, SigningKey
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.errors import HeaderNotClean
from tongban.foundation.http_signatures.queries import content_digest
from tongban.foundation.http_signatures.types import Message, joined
from tongban.kernel import clock

Parameters = Mapping[str, str] | Iterable[tuple[str, str]]
SAFE = "!$&'()*+,;=:@-._~/"
"""What stands plain in a path: the node signs the shortest form of RFC 3986."""
ADDRESS = ("@method", "@authority", "@path", "@query")
ANSWER = ("@status", "content-digest", "x-road-client", "x-road-service", "x-road-id", "x-road-request-id",
          "x-road-request-hash")  # fmt: skip
PART = 65_536


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request as it is wanted; ``path`` and ``params`` are plain text.

    ``ours`` are the headers of the protocol, which are signed; ``headers`` are the others.
    """

    method: str
    path: str
    params: Parameters = ()
    body: bytes = b""
    ours: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A request as it goes out; ``counted`` are the headers that count for its hash, ``nonce`` what a signed answer repeats."""

    prepared: requests.PreparedRequest
    counted: Mapping[str, str]
    nonce: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Sender:
    """Signs and sends for one subsystem, over connections that stay open; what it takes is said at ``Client``."""

    def __init__(
        self,
        address: str,
        subsystem: str,
        key: SigningKey | None,
        *,
        certificate: tuple[str, str] | None,
        node_key: NodeKey | None,
        verify: str | bool,
        language: str,
        seconds: float,
        most_bytes: int,
    ) -> None:
        self.address = address.rstrip("/")
        self.subsystem = subsystem
        self.key = key
        self.node_key = node_key
        self.language = language
        self.seconds = seconds
        self.most_bytes = most_bytes
        self.session = requests.Session()
        self.session.verify = verify
        self.session.cert = certificate
        # The digest is of what is sent: a body packed on its way would have to be unpacked before it is checked.
        self.session.headers["accept-encoding"] = "identity"
        # A .netrc would add an Authorization header that nobody has asked for.
        self.session.auth = lambda request: request

    def make(self, wanted: Wanted, *, wants_signature: bool = False) -> Made:
        """Return a request ready to be sent once: a signature is good for one call."""
        url = f"{self.address}{quote(wanted.path, safe=SAFE)}"
        pairs = wanted.params.items() if isinstance(wanted.params, Mapping) else wanted.params
        query = urlencode(list(pairs), quote_via=quote)
        headers = {"accept-language": self.language, **wanted.headers}
        prepared = self.session.prepare_request(
            requests.Request(
                wanted.method, f"{url}?{query}" if query else url, data=wanted.body or None, headers=headers
            )
        )
        counted = {"x-road-client": self.subsystem, **wanted.ours}
        if wanted.body:
            counted["content-digest"] = content_digest(wanted.body)
        prepared.headers.update({**counted, **self._signed(prepared, counted, wanted.body)})
        if not (wants_signature and self.node_key):
            return Made(prepared, counted)
        nonce = uuid.uuid4().hex
        covered = " ".join(f'"{name}"' for name in ANSWER)
        key = self.node_key.key
        wish = f'sig=({covered});created;keyid="{key.id}";alg="{key.algorithm}";nonce="{nonce}"'
        prepared.headers["accept-signature"] = wish
        return Made(prepared, counted, nonce)

    def send(self, made: Made) -> Received:
        """Send a request and return its answer, read within time and length; raise Unreachable or NotGenuine."""
        deadline = time.monotonic() + self.seconds
        with self.opened(made) as answer:
            parts, size = [], 0
            for part in self.parts(answer):
                size += len(part)
                if size > self.most_bytes:
                    raise NotGenuine(f"the answer is longer than {self.most_bytes} bytes")
                if time.monotonic() > deadline:
                    raise Unreachable(f"the answer took longer than {self.seconds} s", was_sent=True)
                parts.append(part)
            return Received(answer.status_code, joined(answer.headers.items()), b"".join(parts))

    @contextmanager
    def opened(self, made: Made) -> Iterator[requests.Response]:
        """Yield an answer that is still to be read; raise Unreachable, also when its reading fails."""
        session = self.session
        settings = session.merge_environment_settings(
            str(made.prepared.url), {}, True, session.verify, session.cert
        )
        try:
            with session.send(
                made.prepared, timeout=self.seconds, allow_redirects=False, **settings
            ) as answer:
                yield answer
        except requests.ConnectTimeout as why:
            raise Unreachable(str(why), was_sent=False) from None
        except requests.RequestException as why:
            raise Unreachable(str(why), was_sent=not _is_new_connection(why)) from None
        except HTTPError as why:
            raise Unreachable(str(why), was_sent=True) from None

    def parts(self, answer: requests.Response) -> Iterator[bytes]:
        """Yield what comes, as it comes."""
        while part := answer.raw.read1(PART, decode_content=True):
            yield part

    def _signed(
        self, prepared: requests.PreparedRequest, counted: Mapping[str, str], body: bytes
    ) -> dict[str, str]:
        if self.key is None:
            return {}
        where = urlsplit(str(prepared.url))
        message = Message(
            headers=counted,
            method=str(prepared.method),
            scheme=where.scheme,
            authority=where.netloc,
            path=where.path,
            query=where.query,
        )
        try:
            return signatures.signed_headers(
                message,
                body,
                components=(*ADDRESS, *counted),
                key=self.key.id,
                private=self.key.private,
                created=int(clock.now().timestamp()),
                nonce=uuid.uuid4().hex,
            )
        except HeaderNotClean as why:
            raise ValueError(f"what a header can not hold is in {why.values['name']}") from None


def _is_new_connection(why: BaseException) -> bool:
    """Return whether no connection was made at all."""
    inner = why.args[0] if why.args else None
    return isinstance(getattr(inner, "reason", None), NewConnectionError)

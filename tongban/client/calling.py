"""One call: signed, sent, read within bounds, checked, and made again where that can do no harm."""

from __future__ import annotations

import json as jsons
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from tongban.client.answers import Answer, Asked, checked
from tongban.client.errors import CallFailed, ExchangeError, NotGenuine, Unreachable
from tongban.client.keys import NodeKey, SigningKey
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.queries import content_digest
from tongban.foundation.http_signatures.types import Message, joined
from tongban.kernel import clock

Parameters = Mapping[str, str] | Iterable[tuple[str, str]]
SAFE = "!$&'()*+,;=:@-._~/"
"""What stands plain in a path: the node signs the shortest form of RFC 3986."""
ADDRESS = ("@method", "@authority", "@path", "@query")
ANSWER = ("@status", "content-digest", "x-road-client", "x-road-service", "x-road-id", "x-road-request-id",
          "x-road-request-hash")  # fmt: skip
READS = ("GET", "HEAD")
NEVER_MADE = ("Server.ServerProxy.ServiceFailed.Busy", "Server.ServerProxy.DatabaseError")
"""Failures after which the provider was not asked: any call may be made again."""
MAY_PASS = (*NEVER_MADE, "Server.ServerProxy.NetworkError")
"""Failures that may have passed the next moment: what only reads may be asked again."""
FIRST_PAUSE = 0.2
PART = 65_536


class Client:
    """Calls data services for one subsystem. Use one for each thread: it keeps a connection open.

    ``address`` is the node's (``https://exchange.example``). With ``key`` each call is signed; with ``certificate``,
    paths of a certificate and its key in PEM, calls go by mutual TLS. ``node_key`` asks for signed answers and takes
    no other. ``seconds`` bounds one attempt from first to last byte, ``most_bytes`` what is read; ``retries`` is how
    often a call is made again, where that is safe. ``verify`` is a file of authorities, where the machine's do not do.
    """

    def __init__(
        self,
        address: str,
        subsystem: str,
        key: SigningKey | Path | bytes | None = None,
        key_id: str = "",
        *,
        certificate: tuple[str, str] | None = None,
        node_key: NodeKey | None = None,
        verify: str | bool = True,
        language: str = "zh",
        seconds: float = 10.0,
        most_bytes: int = 100_000_000,
        retries: int = 2,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        if key is None and certificate is None:
            raise ValueError("a key to sign with, or a certificate for mutual TLS, is needed")
        self.address = address.rstrip("/")
        self.subsystem = subsystem
        self.key = SigningKey.read(key, id=key_id) if isinstance(key, Path | bytes) else key
        self.node_key = node_key
        self.language = language
        self.seconds = seconds
        self.most_bytes = most_bytes
        self.retries = retries
        self.wait = wait
        self.session = requests.Session()
        self.session.verify = verify
        self.session.cert = certificate
        # The digest is of what is sent: a body packed on its way would have to be unpacked before it is checked.
        self.session.headers["accept-encoding"] = "identity"
        # A .netrc would add an Authorization header that nobody has asked for.
        self.session.auth = lambda request: request

    def call(
        self,
        service: str,
        path: str = "",
        params: Parameters = (),
        json: object = None,
        *,
        method: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        id: str = "",
        user: str = "",
        issue: str = "",
        grant: str = "",
    ) -> Answer:
        """Call a service, ``INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE``, and return its checked answer.

        ``path`` and ``params`` are plain text, not encoded. ``issue`` is the case it is for, ``user`` who asks; both go
        on record. Raises CallFailed, ProviderFailed, NotGenuine or Unreachable.
        """
        if json is not None:
            body = jsons.dumps(json, ensure_ascii=False).encode()
            headers = {"content-type": "application/json;charset=utf-8", **(headers or {})}
        said = {
            "x-road-client": self.subsystem,
            "x-road-id": id or str(uuid.uuid4()),
            "x-road-userid": user,
            "x-road-issue": issue,
            "x-tongban-grant": grant,
        }
        ours = {name: value for name, value in said.items() if value}
        method = method or ("POST" if body else "GET")
        url = f"{self.address}/r1/{quote(service + path, safe=SAFE)}"
        if params:
            url += "?" + urlencode(
                list(params.items() if isinstance(params, Mapping) else params), quote_via=quote
            )
        return self._tried(method, url, body, ours, headers or {}, service)

    def _tried(
        self,
        method: str,
        url: str,
        body: bytes,
        ours: Mapping[str, str],
        headers: Mapping[str, str],
        service: str,
    ) -> Answer:
        for attempt in range(self.retries + 1):
            try:
                return self._once(method, url, body, ours, headers, service)
            except ExchangeError as why:
                if attempt == self.retries or not may_be_made_again(why, method):
                    raise
            self.wait(FIRST_PAUSE * 2**attempt)
        raise AssertionError

    def _once(
        self,
        method: str,
        url: str,
        body: bytes,
        ours: Mapping[str, str],
        headers: Mapping[str, str],
        service: str,
    ) -> Answer:
        """Make one attempt; each is signed anew, since a signature is good for one call."""
        prepared = self.session.prepare_request(
            requests.Request(
                method, url, data=body or None, headers={"accept-language": self.language, **headers}
            )
        )
        added, components = self._added(prepared, body, ours)
        prepared.headers.update(added)
        status, answered, content = self._sent(prepared)
        hashed = {name: added[name] for name in components if not name.startswith("@")}
        asked = Asked(method, prepared.path_url, body, hashed, service, _nonce(added))
        return checked(asked, status, answered, content, self.node_key, clock.now().timestamp())

    def _added(
        self, prepared: requests.PreparedRequest, body: bytes, ours: Mapping[str, str]
    ) -> tuple[dict[str, str], Sequence[str]]:
        """Return the headers that make it a call, and which parts count for its hash."""
        added = dict(ours)
        if body:
            added["content-digest"] = content_digest(body)
        components = (*ADDRESS, *added)
        if self.node_key:
            covered = " ".join(f'"{name}"' for name in ANSWER)
            parameters = f'created;keyid="{self.node_key.key.id}";nonce="{uuid.uuid4().hex}"'
            added["accept-signature"] = f"sig=({covered});{parameters}"
        if self.key is None:
            return added, components
        where = urlsplit(str(prepared.url))
        message = Message(
            headers=added,
            method=str(prepared.method),
            scheme=where.scheme,
            authority=where.netloc,
            path=where.path,
            query=where.query,
        )
        added |= signatures.signed_headers(
            message,
            body,
            components=components,
            key=self.key.id,
            private=self.key.private,
            created=int(clock.now().timestamp()),
            nonce=uuid.uuid4().hex,
        )
        return added, components

    def _sent(self, prepared: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        deadline = time.monotonic() + self.seconds
        settings = self.session.merge_environment_settings(str(prepared.url), {}, True, None, None)
        try:
            with self.session.send(
                prepared, timeout=self.seconds, allow_redirects=False, **settings
            ) as answer:
                return answer.status_code, joined(answer.headers.items()), self._read(answer, deadline)
        except requests.ConnectTimeout as why:
            raise Unreachable(str(why), was_sent=False) from None
        except requests.RequestException as why:
            raise Unreachable(str(why), was_sent=not _is_new_connection(why)) from None
        except HTTPError as why:
            raise Unreachable(str(why), was_sent=True) from None

    def _read(self, answer: requests.Response, deadline: float) -> bytes:
        parts, size = [], 0
        while part := answer.raw.read1(PART, decode_content=True):
            size += len(part)
            if size > self.most_bytes:
                raise NotGenuine(f"the answer is longer than {self.most_bytes} bytes")
            if time.monotonic() > deadline:
                raise Unreachable(f"the answer took longer than {self.seconds} s", was_sent=True)
            parts.append(part)
        return b"".join(parts)


def _nonce(added: Mapping[str, str]) -> str:
    """Return the number used once that the node's signature has to repeat, if one is wanted."""
    return added.get("accept-signature", "").rpartition('nonce="')[2].rstrip('"')


def may_be_made_again(why: ExchangeError, method: str) -> bool:
    """Return whether a failed call can be made again without the risk of doing something twice."""
    if isinstance(why, Unreachable):
        return method in READS or not why.was_sent
    if isinstance(why, CallFailed):
        return why.type in (MAY_PASS if method in READS else NEVER_MADE)
    return False


def _is_new_connection(why: BaseException) -> bool:
    """Return whether no connection was made at all."""
    inner = why.args[0] if why.args else None
    return isinstance(getattr(inner, "reason", None), NewConnectionError)

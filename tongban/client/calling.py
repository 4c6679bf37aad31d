"""One call: sent, checked, and made again where that can do no harm."""

from __future__ import annotations

import json as jsons
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tongban.client.answers import Answer, Asked, checked
from tongban.client.errors import CallFailed, ExchangeError, Unreachable
from tongban.client.keys import NodeKey, SigningKey
from tongban.client.sending import Parameters, Sender, Wanted
from tongban.kernel import clock

PREFIX = "/r1/"
READS = ("GET", "HEAD")
NEVER_MADE = ("Server.ServerProxy.ServiceFailed.Busy", "Server.ServerProxy.DatabaseError")
"""Failures after which the provider was not asked: any call may be made again."""
MAY_PASS = (*NEVER_MADE, "Server.ServerProxy.NetworkError")
"""Failures that may have passed the next moment: what only reads may be asked again."""
FIRST_PAUSE = 0.2


class Client:
    """Calls data services for one subsystem. Use one for each thread: it keeps connections open.

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
        self.sender = Sender(
            address,
            subsystem,
            SigningKey.read(key, id=key_id) if isinstance(key, Path | bytes) else key,
            certificate=certificate,
            node_key=node_key,
            verify=verify,
            language=language,
            seconds=seconds,
            most_bytes=most_bytes,
        )
        self.retries = retries
        self.wait = wait

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
            "x-road-id": id or str(uuid.uuid4()),
            "x-road-userid": user,
            "x-road-issue": issue,
            "x-tongban-grant": grant,
        }
        wanted = Wanted(
            method=method or ("POST" if body else "GET"),
            path=f"{PREFIX}{service}{path}",
            params=list(params.items()) if isinstance(params, Mapping) else list(params),
            body=body,
            ours={name: value for name, value in said.items() if value},
            headers=headers or {},
        )
        return self.again(wanted.method, lambda: self._once(wanted, service))

    def calls(self, *, limit: int = 100, before: str = "") -> list[dict[str, Any]]:
        """Return the subsystem's latest calls, the newest first, refused ones too; ``before`` is a moment in RFC 3339."""
        asked = {"limit": str(limit), **({"before": before} if before else {})}
        found: list[dict[str, Any]] = self._own("getCalls", asked)["calls"]
        return found

    def statistics(
        self, *, hours: int = 24, side: str = "consumer", service: str = "", hourly: bool = False
    ) -> list[dict[str, Any]]:
        """Return how calls went, by service: how many, how quickly, what failed; ``side`` may be ``provider``."""
        asked = {"hours": str(hours), "as": side, "hourly": "yes" if hourly else "no"}
        found: list[dict[str, Any]] = self._own("getStatistics", {**asked, "service": service})["statistics"]
        return found

    def _own(self, service: str, asked: Mapping[str, str]) -> Any:
        return self.call(f"{self.sender.subsystem}/{service}", params=asked).json

    def again(self, method: str, attempt: Callable[[], Answer]) -> Answer:
        """Make an attempt, and again as often as may be where it failed in a way that allows it."""
        for number in range(self.retries):
            try:
                return attempt()
            except ExchangeError as why:
                if not may_be_made_again(why, method):
                    raise
            self.wait(FIRST_PAUSE * 2**number)
        return attempt()

    def _once(self, wanted: Wanted, service: str) -> Answer:
        made = self.sender.make(wanted, wants_signature=True)
        received = self.sender.send(made)
        asked = Asked(
            method=wanted.method,
            target=made.prepared.path_url,
            body=wanted.body,
            headers=made.counted,
            service=service,
            nonce=made.nonce,
        )
        return checked(asked, received, self.sender.node_key, clock.now().timestamp())


def may_be_made_again(why: ExchangeError, method: str) -> bool:
    """Return whether a failed call can be made again without the risk of doing something twice."""
    if isinstance(why, Unreachable):
        return method in READS or not why.was_sent
    if isinstance(why, CallFailed):
        return why.type in (MAY_PASS if method in READS else NEVER_MADE)
    return False

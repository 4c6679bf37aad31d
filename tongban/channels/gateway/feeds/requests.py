"""A request upon a feed as it is understood, and what goes back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tongban.datahub.exchange.queries import Signer
from tongban.datahub.subscriptions import operations
from tongban.foundation.http_signatures.queries import content_digest
from tongban.foundation.http_signatures.types import Message
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor

if TYPE_CHECKING:
    from tongban.channels.gateway.feeds.places import Place

JSON = "application/json; charset=utf-8"
MOST_PARAMETERS = 10


class NoJson(Invalid):
    """The body is no JSON, or not an object."""

    def __init__(self) -> None:
        super().__init__("no-json", N_("请求体应是一个 JSON 对象，用 UTF-8，不要套太多层。"))


class BadParameter(Invalid):
    """A parameter of the address is no whole number, or there are too many of them."""

    def __init__(self, name: str) -> None:
        super().__init__("bad-parameter", N_("地址中的参数“{name}”不对：应是一个从 0 起的整数。"), name=name)


class TooManyParameters(Invalid):
    """Nobody needs as many."""

    def __init__(self) -> None:
        super().__init__("too-many-parameters", N_("地址中的参数超过 {count} 个。"), count=MOST_PARAMETERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: where, what, by whom; ``signer`` None where anybody may ask."""

    place: Place
    message: Message
    body: bytes
    signer: Signer | None
    at: dt.datetime

    @property
    def by(self) -> Signer:
        """Return who has signed."""
        assert self.signer is not None  # noqa: S101 - only public places are asked without
        return self.signer

    @property
    def actor(self) -> Actor:
        """Return the subsystem as who acts."""
        return operations.acting(self.by.subsystem)

    def number(self, name: str, default: int) -> int:
        """Return a parameter that is a whole number from 0 up; raise BadParameter or TooManyParameters."""
        try:
            said = dict(parse_qsl(self.message.query, max_num_fields=MOST_PARAMETERS))
        except ValueError:
            raise TooManyParameters from None
        text = said.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise BadParameter(name)
        return int(text)

    def document(self) -> dict[str, Any]:
        """Return the body, which has to be a JSON object; raise NoJson."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            raise NoJson from None
        if not isinstance(said, dict):
            raise NoJson
        return said


@dataclass(frozen=True, slots=True)
class Given:
    """What goes back; a body that is no list is read as it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Iterable[bytes]

    @classmethod
    def of(cls, status: int, body: bytes, kind: str, *more: tuple[str, str]) -> Given:
        """Return an answer with all of its body at hand."""
        digest = (("Content-Digest", content_digest(body)),) if body else ()
        said = (("Content-Type", kind),) if body else ()
        return cls(status, (*said, ("Content-Length", str(len(body))), *digest, *more), [body])

    @classmethod
    def json(cls, status: int, document: object, *more: tuple[str, str]) -> Given:
        """Return an answer in JSON."""
        return cls.of(status, json.dumps(document, ensure_ascii=False).encode(), JSON, *more)


class Stream:
    """A body that is read while it is sent; what it holds is let go of when the sending ends, however it ends."""

    def __init__(self, parts: Iterator[bytes], let_go: Any) -> None:
        self._parts, self._let_go = parts, let_go

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        finally:
            self.close()

    def close(self) -> None:
        """Let go, once; called by the server when it has sent all, or can not send any more."""
        let_go, self._let_go = self._let_go, None
        if let_go is not None:
            let_go()

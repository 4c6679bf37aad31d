"""Changes pulled from any point on, and files downloaded whole, whatever interrupts them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.client.answers import check_digest, signer
from tongban.client.calling import Client
from tongban.client.errors import FeedFailed, NotGenuine, Unreachable
from tongban.client.sending import Parameters, Received, Wanted
from tongban.client.webhooks import Event, events_of
from tongban.kernel import clock

READING = 1 << 20
MOST_WAIT = 20
PASSING = (502, 503, 504)
"""What is answered where there is no node behind the proxy, or one that has too much to do just now."""
LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Pulled:
    """Changes in their order, and the position to go on from: keep it with what was done about them."""

    events: tuple[Event, ...]
    position: int


@dataclass(frozen=True, slots=True)
class File:
    """A file of a feed; ``sha256`` is of its whole content."""

    id: str
    name: str
    media: str
    size: int
    sha256: bytes
    is_ready: bool


class Feed:
    """A provider's feed: ``Feed(client, "SH/GOV/tax/collection", "invoices")``."""

    def __init__(self, client: Client, provider: str, feed: str) -> None:
        self.client = client
        self.address = f"/feeds/{provider}/{feed}"

    def pull(self, after: int = 0, *, limit: int = 100, wait: int = 0) -> Pulled:
        """Return the changes after a position; with ``wait``, up to so many seconds later when there are none yet.

        Raises FeedFailed, NotGenuine or Unreachable.
        """
        asked = {"after": str(after), "limit": str(limit), "wait": str(min(wait, MOST_WAIT, self._patience))}
        got = self._asked("changes", asked)
        events = events_of(got.headers.get("content-type", ""), got.body)
        position = got.headers.get("x-tongban-position", "")
        if not position.isdigit():
            raise NotGenuine("the answer has no position")
        return Pulled(events, int(position))

    def follow(self, after: int = 0, *, limit: int = 100, wait: int = MOST_WAIT) -> Iterator[Pulled]:
        """Yield changes from a position on, for ever; each time those that have come since.

        While the node is away, or has too much to do, it is asked again after a pause. Raises what will not pass:
        FeedFailed, NotGenuine.
        """
        failures = 0
        while True:
            try:
                pulled = self.pull(after, limit=limit, wait=wait)
            except (Unreachable, FeedFailed) as why:
                if isinstance(why, FeedFailed) and why.status not in PASSING:
                    raise
                self.client.wait(min(2.0**failures, LONGEST_PAUSE))
                failures = min(failures + 1, 10)
                continue
            failures = 0
            if pulled.events:
                yield pulled
            elif pulled.position == after:
                self.client.wait(1.0)
            after = pulled.position

    def files(self) -> tuple[File, ...]:
        """Return the feed's files, the newest first."""
        try:
            listed = json.loads(self._asked("files").body)["files"]
            return tuple(_file(one) for one in listed)
        except (ValueError, KeyError, TypeError):
            raise NotGenuine("the answer is no list of files") from None

    def download(self, file: File, to: Path) -> Path:
        """Write a file's content and return where; what is there already of it is not asked for again.

        Until all of it is there and has its digest, it lies beside, as ``NAME.DIGEST.part``; so a program that was
        ended goes on where it was, and never with another file's. Raises NotGenuine, and takes away the part, when the whole has another digest.
        """
        part = to.with_name(f"{to.name}.{file.sha256.hex()[:16]}.part")
        for attempt in range(self.client.retries + 1):
            try:
                self._rest(file, part)
                break
            except Unreachable:
                if attempt == self.client.retries:
                    raise
                self.client.wait(2.0**attempt)
        if part.stat().st_size != file.size or _digest(part) != file.sha256:
            part.unlink()
            raise NotGenuine("the content does not have the digest of the file")
        os.replace(part, to)
        return to

    def try_address(self, address: str, *, after: int = 0, limit: int = 3) -> dict[str, Any]:
        """Have the sandbox ask an address whether it wants to be told, and tell it test events; return how that went.

        ``wanted`` and ``taken`` say so in a word; ``asked`` and ``told`` show each request with its headers, the text
        that its signature signs, and what the address has answered. Raises FeedFailed for real feeds.
        """
        wish = json.dumps({"address": address, "after": after, "limit": limit}).encode()
        found: dict[str, Any] = json.loads(self._asked("tries", method="POST", body=wish).body)
        return found

    def _rest(self, file: File, part: Path) -> None:
        """Fetch what is missing, from where the part ends."""
        have = part.stat().st_size if part.exists() else 0
        if have >= file.size and part.exists():
            return
        ranged = {"range": f"bytes={have}-", "if-range": f'"{file.sha256.hex()}"'} if have else {}
        made = self.client.sender.make(Wanted("GET", f"{self.address}/files/{file.id}", headers=ranged))
        with self.client.sender.opened(made) as answer:
            if answer.status_code not in (200, 206):
                raise failed(Received(answer.status_code, {}, answer.raw.read(READING, decode_content=True)))
            # Whoever sends all of it once more has another file than before: the part is of no use.
            with part.open("ab" if answer.status_code == 206 else "wb") as out:
                for piece in self.client.sender.parts(answer):
                    out.write(piece)
                    if out.tell() > file.size:
                        raise NotGenuine("the content is longer than the file")
            if part.stat().st_size < file.size:
                raise Unreachable("the content has ended too early", was_sent=True)

    def _asked(
        self, place: str, params: Parameters = (), *, method: str = "GET", body: bytes = b""
    ) -> Received:
        wanted = Wanted(method, f"{self.address}/{place}", params, body)
        made = self.client.sender.make(wanted, wants_signature=True)
        got = self.client.sender.send(made)
        try:
            if self.client.sender.node_key:
                signer(made.nonce, got, self.client.sender.node_key, clock.now().timestamp())
            check_digest(got)
        except NotGenuine:
            if got.status not in PASSING:
                raise
            # A proxy says so, for a node that is away.
            raise Unreachable(f"answered with {got.status}", was_sent=True) from None
        if got.status != 200:
            raise failed(got)
        return got

    @property
    def _patience(self) -> int:
        """Return how long an answer may be waited for: a little less than a request may take."""
        return max(0, int(self.client.sender.seconds) - 2)


def failed(got: Received) -> FeedFailed:
    """Return what a problem document says."""
    try:
        said: Any = json.loads(got.body)
    except ValueError:
        said = {}
    words = said if isinstance(said, dict) else {}
    return FeedFailed(got.status, str(words.get("code", "unknown")), str(words.get("detail", "")))


def _file(said: dict[str, Any]) -> File:
    return File(
        id=said["id"],
        name=said["name"],
        media=said["media"],
        size=int(said["size"]),
        sha256=base64.b64decode(said["sha-256"]),
        is_ready=said["state"] == "ready",
    )


def _digest(path: Path) -> bytes:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()

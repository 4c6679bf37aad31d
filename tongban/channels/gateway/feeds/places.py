"""The places under ``/feeds/…``: which request means which act."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tongban.channels.gateway.feeds import changes, files, trials
from tongban.channels.gateway.feeds.requests import Asked, Given
from tongban.datahub.exchange import queries
from tongban.kernel.errors import N_, Invalid, NotFound

PARTS = 4  # INSTANCE/CLASS/MEMBER/SUBSYSTEM
Answerer = Callable[[Asked], Given]


class NotThere(NotFound):
    """There is no such place."""

    def __init__(self) -> None:
        super().__init__(
            "no-such-place", N_("没有这个地址。订阅源的地址是 /feeds/实例/类别/成员/子系统/订阅源。")
        )


class WrongWay(Invalid):
    """The place is not asked in this way."""

    def __init__(self, allowed: str) -> None:
        self.allowed = allowed
        super().__init__("wrong-method", N_("这个地址只能用 {allowed} 访问。"), allowed=allowed)


@dataclass(frozen=True, slots=True)
class Place:
    """A place and how it is answered; a public one is asked without a key of the register."""

    provider: str
    feed: str
    answer: Answerer
    file: uuid.UUID | None = None
    is_public: bool = False


OF_FEED: dict[str, dict[str, Answerer]] = {
    "changes": {"GET": changes.pull, "POST": changes.publish},
    "files": {"GET": files.listed, "POST": files.announce},
    "schema": {"GET": changes.schema},
}
OF_FILE: dict[str, Answerer] = {"GET": files.download, "HEAD": files.look, "PUT": files.receive}
OF_TWIN: dict[str, dict[str, Answerer]] = {
    "changes": {"GET": trials.pull},
    "files": {"GET": trials.listed},
    "schema": {"GET": changes.schema},
    "tries": {"POST": trials.told},
}
"""In the sandbox, where it is verified by what answers: the keys are others."""
OF_TWINS_FILE: dict[str, Answerer] = {"GET": trials.download, "HEAD": trials.look}


def place_of(path: str, method: str) -> Place:
    """Return the place that a path and a method mean; raise NotThere or WrongWay."""
    parts = path.split("/")[2:]
    if not PARTS + 2 <= len(parts) <= PARTS + 3:
        raise NotThere
    provider, feed, what, *rest = "/".join(parts[:PARTS]), *parts[PARTS:]
    is_trial = queries.is_trial(provider)
    of_feed, of_file = (OF_TWIN, OF_TWINS_FILE) if is_trial else (OF_FEED, OF_FILE)
    ways = of_file if rest and what == "files" else of_feed.get(what) if not rest else None
    if ways is None:
        raise NotThere
    if method not in ways:
        raise WrongWay(", ".join(ways))
    file = _id(rest[0]) if rest else None
    return Place(provider, feed, ways[method], file, what == "schema" or is_trial)


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotThere from None

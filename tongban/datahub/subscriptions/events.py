"""What happens to feeds and subscriptions, for those who react."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tongban.foundation.outbox.types import Event


@dataclass(frozen=True)
class FeedDeclared(Event):
    """A provider offers changes or files of a resource."""

    name: ClassVar[str] = "feed.declared"
    feed: str
    resource: str


@dataclass(frozen=True)
class ChangesPublished(Event):
    """So many changes were published; their positions come after the commit."""

    name: ClassVar[str] = "feed.published"
    feed: str
    count: int


@dataclass(frozen=True)
class FilePublished(Event):
    """A file is complete and what was announced."""

    name: ClassVar[str] = "feed.file_published"
    feed: str
    file_id: str


@dataclass(frozen=True)
class FileReceived(Event):
    """All parts of a file have come; its digest has still to be computed."""

    name: ClassVar[str] = "feed.file_received"
    file_id: str


@dataclass(frozen=True)
class SubscriptionChanged(Event):
    """A subscription was made, proven, paused, resumed, replayed or has ended; ``state`` is what it is now.

    ``is_unasked``: nobody of its owner's has done it, so that they have to be told.
    """

    name: ClassVar[str] = "feed.subscription_changed"
    subscription_id: str
    consumer: str
    feed: str
    state: str
    why: str
    is_unasked: bool = False

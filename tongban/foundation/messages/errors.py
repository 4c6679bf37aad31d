"""Failures of messages by name."""

from __future__ import annotations

from tongban.kernel.errors import NotFound


class NoSuchMessage(NotFound):
    """There is no such message in this inbox."""

    def __init__(self) -> None:
        super().__init__("no-such-message", "没有这条消息。")

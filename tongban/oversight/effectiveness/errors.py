"""Failures of effectiveness by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, NotFound


class EntryUnknown(NotFound):
    """There is no such entry, or it is not yours: both sound the same."""

    def __init__(self) -> None:
        super().__init__("entry-unknown", N_("没有这张督办单，或者您不能查看它。"))

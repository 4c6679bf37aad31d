"""Failures of ratings by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, NotFound


class RatedAlready(Conflict):
    """One rating for a case, and it stands."""

    def __init__(self) -> None:
        super().__init__("rated-already", N_("这件办件已经评价过了。一件一评，评价不能修改。"))


class FollowUpUnknown(NotFound):
    """There is no such follow-up, or it is not yours: both sound the same."""

    def __init__(self) -> None:
        super().__init__("follow-up-unknown", N_("没有这张差评整改单，或者您不能查看它。"))

"""Failures of cases by name."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.kernel.errors import N_, Conflict, NotFound
from tongban.services.cases.types import Missing


class CaseUnknown(NotFound):
    """There is no such case, or it is somebody else's: both sound the same."""

    def __init__(self) -> None:
        super().__init__("case-unknown", N_("没有这件办件，或者您不能查看它。"))


class NotReady(Conflict):
    """Something is missing before filing; ``missing`` lists everything."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = tuple(missing)
        first = self.missing[0].words
        super().__init__(
            "case-not-ready",
            N_("还有 {count} 处没有准备好，先是：{first}"),
            count=len(self.missing),
            first=first,
        )


class StillMissing(Conflict):
    """Not everything that the notice asked for has come in."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__("case-still-missing", N_("告知书要的还差：{missing}。"), missing="、".join(missing))

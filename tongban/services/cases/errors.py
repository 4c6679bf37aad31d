"""Failures of cases by name."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.kernel.errors import N_, Conflict, NotFound
from tongban.services.cases.types import Missing


class CaseUnknown(NotFound):
    """There is no such case, or it is somebody else's: both sound the same."""

    def __init__(self) -> None:
        super().__init__("case-unknown", N_("没有这件办件，或者您不能查看它。"))


class PaperUnknown(NotFound):
    """The case does not ask for this paper."""

    def __init__(self, material: str) -> None:
        super().__init__(
            "case-paper-unknown", N_("这件办件不要“{material}”这份材料。"), material=material[:80]
        )


class FormChanged(Conflict):
    """Somebody wrote the form since the version that was seen; nothing was saved."""

    status = 412

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(
            "case-form-changed",
            N_("表格已经被别处改到第 {version} 版，请重新读取，再保存。"),
            version=version,
        )


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

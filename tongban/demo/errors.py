"""Failures of the demonstration, by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, NotAllowed


class NoDemonstration(NotAllowed):
    """A city in service gets no invented history."""

    def __init__(self) -> None:
        super().__init__("demo-in-service", N_("这座城市不是演示城市，不能编造办件历史。"))


class BuiltByAnother(Conflict):
    """Two at once would make everything twice."""

    def __init__(self) -> None:
        super().__init__("demo-built-by-another", N_("另一个进程正在生成演示历史。"))


class OtherPlan(Conflict):
    """What was begun by another version can not be gone on with: the acts are others now."""

    def __init__(self) -> None:
        super().__init__(
            "demo-other-plan", N_("演示历史由另一个版本的程序或者资料包开始生成，不再继续；已有的办件都在。")
        )

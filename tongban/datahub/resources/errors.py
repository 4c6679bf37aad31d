"""Failures of the data hub's lists by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, NotFound


class ResourceUnknown(NotFound):
    """The catalogue has no such resource."""

    def __init__(self, code: str) -> None:
        super().__init__("data-resource-unknown", N_("目录里没有数据资源“{resource}”。"), resource=code)


class EntryUnknown(NotFound):
    """No list has such an entry."""

    def __init__(self, code: str) -> None:
        super().__init__("data-entry-unknown", N_("清单里没有条目“{entry}”。"), entry=code)


class RequestUnknown(NotFound):
    """There is no such request, or it is not yours: both sound the same."""

    def __init__(self) -> None:
        super().__init__("data-request-unknown", N_("没有这项数据需求，或者您不能查看它。"))


class DisputeUnknown(NotFound):
    """The refusal was not disputed."""

    def __init__(self) -> None:
        super().__init__("data-dispute-unknown", N_("这项不同意没有人提过异议。"))


class GrantUnknown(NotFound):
    """There is no such grant."""

    def __init__(self) -> None:
        super().__init__("data-grant-unknown", N_("没有这项数据授权。"))


class CodeTaken(Conflict):
    """A new entry has the code of another one."""

    def __init__(self, code: str) -> None:
        super().__init__("data-code-taken", N_("编码“{entry}”已经用了，请换一个。"), entry=code)


class ChangedMeanwhile(Conflict):
    """An entry was written by somebody else since its form was opened; ``number`` is its version now."""

    def __init__(self, number: int, who: str, why: str) -> None:
        super().__init__(
            "data-changed-meanwhile",
            N_(
                "您打开之后，{who}改了这一条（第 {number} 版，理由：{why}）。您填的都还在：请先看看现在的内容；再写入一次，就以您填的为准。"
            ),
            who=who,
            number=number,
            why=why,
        )
        self.number = number


class StatedAlready(Conflict):
    """The same demand waits for its answer."""

    def __init__(self) -> None:
        super().__init__("data-request-open-once", N_("同一事项、同一材料的需求已经提出，正在等待答复。"))


class GrantEnded(Conflict):
    """A grant ends once."""

    def __init__(self) -> None:
        super().__init__("data-grant-ended", N_("这项数据授权已经终止。"))


class WouldCut(Conflict):
    """An entry would take fields from other grants than who writes it was told of."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            "data-negative-cuts",
            N_("这一条会让 {count} 项在用的授权当时少掉信息项，或者终止。确认的，请再提交一次。"),
            count=count,
        )

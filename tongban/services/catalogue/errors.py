"""Failures of the catalogue by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, Invalid, NotFound


class ItemUnknown(NotFound):
    """No item has this code, or it has no such version."""

    def __init__(self, code: str, number: int | None = None) -> None:
        if number is None:
            super().__init__("item-unknown", N_("没有代码为“{item}”的事项。"), item=code)
        else:
            sentence = N_("事项“{item}”没有第 {number} 版。")
            super().__init__("item-version-unknown", sentence, item=code, number=number)


class AlreadyPublished(Conflict):
    """Going back to what is published already."""

    def __init__(self, code: str, number: int) -> None:
        sentence = N_("事项“{item}”现行的就是第 {number} 版的内容，没有什么可回退。")
        super().__init__("item-already-published", sentence, item=code, number=number)


class ReasonMissing(Invalid):
    """Going back is an act of its own and says why."""

    def __init__(self) -> None:
        super().__init__("reason-missing", N_("回退要写明理由。"))


class CityMissing(NotFound):
    """Nothing has been loaded yet."""

    def __init__(self) -> None:
        super().__init__("city-missing", N_("还没有装载城市。先运行 tongban city load。"))


class ListUnreadable(Invalid):
    """A file to import can not be read at all, or lacks what every row needs."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__("list-unreadable", sentence, **values)

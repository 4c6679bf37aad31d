"""What can go wrong with a pack as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongban.kernel.errors import N_, Invalid

if TYPE_CHECKING:
    from tongban.foundation.packs.types import Problems

MSG_REFUSED = N_("城市包有 {count} 处错误，没有使用它。第一处：{first}（全部错误见 tongban city check）")


class PackRefused(Invalid):
    """The pack has errors, so nothing of it is used. ``problems`` says which."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        first = problems.errors[0]
        super().__init__(
            "pack-refused", MSG_REFUSED, count=len(problems.errors), first=f"{first.place} {first.words()}"
        )

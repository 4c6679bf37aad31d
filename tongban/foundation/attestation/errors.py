"""What may be refused, by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, NotFound


class NotAttested(NotFound):
    """The record is not there, or no signed head covers it yet."""

    def __init__(self) -> None:
        super().__init__("not-attested", N_("没有这条记录，或者它还没有进入签名的账本，请稍后再试。"))

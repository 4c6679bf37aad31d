"""What may be refused, by name."""

from __future__ import annotations

import datetime as dt

from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed


class KeptLonger(NotAllowed):
    """The law wants the record kept whole for longer."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            "kept-longer", N_("账本记录至少完整保存三年：现在只能清除 {day} 之前的内容。"), day=day
        )


class LawMissing(Invalid):
    """Nothing is taken out without the law that wants it."""

    def __init__(self) -> None:
        super().__init__("law-missing", N_("清除内容要写明依据的法律和条款。"))


class NothingToPurge(Conflict):
    """The record is not there, has no place yet, or its words are gone already."""

    def __init__(self) -> None:
        super().__init__("nothing-to-purge", N_("没有这条记录，或者它还没有入账，或者内容已经清除。"))

"""Failures of the account by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, NotAllowed, NotFound


class ReadingNotThere(NotFound):
    """There is no such reading in this account: another's, and one that is kept secret, sound the same."""

    def __init__(self) -> None:
        super().__init__("reading-not-there", N_("您的记录里没有这次查询。"))


class EvidenceOfAnother(NotAllowed):
    """The evidence of a call shows whom it was about: who was only named in the answer does not get it."""

    def __init__(self) -> None:
        super().__init__(
            "evidence-of-another",
            N_("这次查的是别人，证据里有那个人的信息，不能存下来。查询记录和账本上的证明您随时可以看。"),
        )


class ContestUnknown(NotFound):
    """There is no such contest, or it is not yours: both sound the same."""

    def __init__(self) -> None:
        super().__init__("contest-unknown", N_("没有这件质疑，或者您不能查看它。"))


class ContestedAlready(Conflict):
    """A reading is asked about once in each way."""

    def __init__(self) -> None:
        super().__init__("contest-once", N_("这次查询您已经问过了。"))

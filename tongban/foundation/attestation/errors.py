"""What may be refused, by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, Invalid, NotFound


class NotAttested(NotFound):
    """The record is not there, or no signed head covers it yet."""

    def __init__(self) -> None:
        super().__init__("not-attested", N_("没有这条记录，或者它还没有进入签名的账本，请稍后再试。"))


class WordsPurged(Conflict):
    """The record's words were taken out by law: what is left does not give its leaf any more."""

    def __init__(self) -> None:
        super().__init__("words-purged", N_("这条记录的内容已经依法清除，只能证明它曾经存在。"))


class WitnessUnknown(NotFound):
    """Nobody of this code is a witness of ours."""

    def __init__(self, code: str) -> None:
        super().__init__("witness-unknown", N_("没有见证方“{witness}”，或者已经停用。"), witness=code)


class WitnessTaken(Conflict):
    """The code stands for a witness with another root certificate."""

    def __init__(self, code: str) -> None:
        super().__init__("witness-taken", N_("见证方“{witness}”已经登记了别的根证书。"), witness=code)


class HeadUnknown(NotFound):
    """No such head was signed here."""

    def __init__(self) -> None:
        super().__init__("head-unknown", N_("这里没有签过这样的账本根。"))


class CosignatureWrong(Invalid):
    """The witness's signature is not one over this head under the witness's root."""

    def __init__(self, code: str) -> None:
        super().__init__("cosignature-wrong", N_("见证方“{witness}”的签名不对。"), witness=code)


class HeadNotSigned(Invalid):
    """The head of another node's ledger does not carry that node's signature."""

    def __init__(self, log: str) -> None:
        super().__init__("head-not-signed", N_("账本“{log}”的根没有该节点的有效签名。"), log=log)


class LedgerRewritten(Conflict):
    """The ledger is not what was signed and kept outside of the database, or what its last signed head says."""

    def __init__(self, size: int) -> None:
        super().__init__(
            "ledger-rewritten",
            N_("账本与此前签名的 {size} 条的根对不上：它被改写过，或者恢复了更早的备份。不再为它签名。"),
            size=size,
        )


class LogRewritten(Conflict):
    """Another node's ledger does not begin with what it was when we signed it last."""

    def __init__(self, log: str) -> None:
        super().__init__(
            "log-rewritten", N_("账本“{log}”与此前见证的内容对不上：它被改写过，或者证明不对。"), log=log
        )

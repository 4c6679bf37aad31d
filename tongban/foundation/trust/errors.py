"""Failures of trust by name."""

from __future__ import annotations

from tongban.kernel.errors import Conflict, Invalid, NotFound


class CannotDecrypt(Invalid):
    """What was to be decrypted was changed, belongs to another purpose, or is not encrypted at all."""

    def __init__(self, purpose: str) -> None:
        super().__init__(
            "cannot-decrypt", "密文与用途“{purpose}”不符，或已被改动，无法解密。", purpose=purpose
        )


class WrongMasterKey(Invalid):
    """The data keys were wrapped by another master key."""

    def __init__(self) -> None:
        super().__init__(
            "wrong-master-key",
            "主密钥不对：数据密钥是用另一把主密钥保护的。请恢复 master-key 文件或 TONGBAN_MASTER_KEY。",
        )


class NoSuchSeal(NotFound):
    """No seal has this code, or it has no certificate in this suite."""

    def __init__(self, code: str) -> None:
        super().__init__("no-such-seal", "没有代码为“{seal}”的可用印章。", seal=code)


class SealNotUsable(Conflict):
    """The seal is revoked, or none of its certificates is valid at the moment."""

    def __init__(self, name: str) -> None:
        super().__init__("seal-not-usable", "印章“{name}”已停用或证书不在有效期内，不能用印。", name=name)


class SealExists(Conflict):
    """A seal of this code exists."""

    def __init__(self, code: str) -> None:
        super().__init__("seal-exists", "代码为“{seal}”的印章已存在。", seal=code)


class NotAPdf(Invalid):
    """What was to be sealed is no PDF that can be read."""

    def __init__(self) -> None:
        super().__init__("not-a-pdf", "这个文件不是可以读取的 PDF，不能用印。")

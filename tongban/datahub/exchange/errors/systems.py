"""Subsystems, their keys and certificates."""

from __future__ import annotations

import datetime as dt

from tongban.kernel.errors import N_, Conflict, Invalid, NotFound


class SubsystemUnknown(NotFound):
    """No subsystem has this code."""

    def __init__(self, code: str) -> None:
        super().__init__("subsystem-unknown", "没有登记子系统“{subsystem}”。", subsystem=code)


class BadSubsystem(Invalid):
    """The code is none of a subsystem."""

    def __init__(self, code: str) -> None:
        super().__init__(
            "bad-subsystem", "“{subsystem}”不是子系统代码，应为 实例/类别/成员/子系统。", subsystem=code
        )


class MemberUnknown(Invalid):
    """A department that the city does not have takes no part."""

    def __init__(self, member: str) -> None:
        super().__init__(
            "member-unknown", N_("没有部门“{member}”：GOV 类的成员要写部门的代码。"), member=member
        )


class BadKey(Invalid):
    """What was to be registered is no public key of the algorithm."""

    def __init__(self, algorithm: str) -> None:
        super().__init__("bad-key", "这不是算法“{algorithm}”的公钥。", algorithm=algorithm)


class BadCertificate(Invalid):
    """What was to be registered is no certificate, or has run out."""

    def __init__(self) -> None:
        super().__init__("bad-certificate", "这不是 X.509 证书，或者证书已经过期。")


class BadLastDay(Invalid):
    """A key would count longer than any may, or not even today."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        super().__init__(
            "bad-last-day",
            N_("密钥的最后一天要在 {first} 到 {last} 之间：最长两年。"),
            first=first,
            last=last,
        )


class KeyTaken(Conflict):
    """The key is registered already: each key belongs to one subsystem, once."""

    def __init__(self) -> None:
        super().__init__(
            "key-taken", "这把公钥已经登记过，不能再登记；正式和沙箱也要用不同的密钥。请生成新的密钥。"
        )


class KeyNotThere(NotFound):
    """No such key, or it was revoked before."""

    def __init__(self, key: str) -> None:
        super().__init__("key-not-there", "没有可以吊销的密钥“{key}”。", key=key)


class TooManyTrialKeys(Conflict):
    """A subsystem has as many keys for the sandbox as it may."""

    def __init__(self, most: int) -> None:
        super().__init__("too-many-trial-keys", "一个子系统最多有 {most} 把有效的沙箱密钥。", most=most)


class NotAKey(Invalid):
    """What was pasted is no key that can be registered."""

    def __init__(self) -> None:
        super().__init__(
            "not-a-key",
            N_(
                "这不是可以登记的公钥或证书：应为 Ed25519、P-256 或 SM2 公钥（PEM 或 JWK），或 X.509 证书（PEM）。"
            ),
        )


class KeyIsPrivate(Invalid):
    """Somebody was about to give away what has to stay with them."""

    def __init__(self) -> None:
        super().__init__(
            "key-is-private",
            N_(
                "这是私钥，没有登记，也没有保存。私钥只应留在你们自己的系统里：它已经离开过，请另换一对，再粘贴公钥。"
            ),
        )


class ReasonMissing(Invalid):
    """A key is revoked for a reason, which is kept."""

    def __init__(self) -> None:
        super().__init__("reason-missing", N_("吊销密钥要写明理由。"))

"""Why a signed message is refused, by name."""

from __future__ import annotations

from tongban.kernel.errors import Invalid, NotAllowed


class SignatureMissing(NotAllowed):
    """The message carries no signature."""

    def __init__(self) -> None:
        super().__init__("signature-missing", "请求没有签名：缺少 Signature-Input 或 Signature 首部。")


class SignatureMalformed(Invalid):
    """The headers of the signature can not be read."""

    def __init__(self) -> None:
        super().__init__("signature-malformed", "签名首部的写法不符合 RFC 9421，无法读取。")


class NotOneSignature(Invalid):
    """There are several signatures: which of them counts must not be a guess."""

    def __init__(self) -> None:
        super().__init__(
            "signature-not-one", "请求须恰好有一个签名，且 Signature-Input 与 Signature 标签相同。"
        )


class ComponentUnknown(Invalid):
    """The signature covers what the message does not have, or what is not supported."""

    def __init__(self, component: str) -> None:
        super().__init__(
            "signature-component",
            "签名涵盖的“{component}”在请求中没有、重复，或不受支持。",
            component=component,
        )


class CoversTooLittle(NotAllowed):
    """A part of the message that counts is not signed."""

    def __init__(self, component: str) -> None:
        super().__init__("signature-coverage", "签名必须涵盖“{component}”。", component=component)


class ParameterMissing(Invalid):
    """The signature lacks a parameter, or it is not of its form."""

    def __init__(self, parameter: str) -> None:
        super().__init__(
            "signature-parameter", "签名缺少参数“{parameter}”，或其写法不对。", parameter=parameter
        )


class WrongAlgorithm(NotAllowed):
    """The signature names another algorithm than its key was registered for."""

    def __init__(self, algorithm: str, expected: str) -> None:
        super().__init__(
            "signature-algorithm",
            "签名所称算法“{algorithm}”与密钥登记的算法“{expected}”不同。",
            algorithm=algorithm,
            expected=expected,
        )


class SignatureTooOld(NotAllowed):
    """The signature was made too long ago."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "signature-too-old",
            "签名已过期：它生成于 {seconds} 秒之前。请核对系统时钟并重新签名。",
            seconds=seconds,
        )


class SignatureExpired(NotAllowed):
    """The signature was to hold until a moment that has passed, however new it is."""

    def __init__(self) -> None:
        super().__init__(
            "signature-expired", "签名参数 expires 写明的时刻已过。请重新签名，expires 写晚一些或不写。"
        )


class SignatureFromTheFuture(NotAllowed):
    """The signer's clock is ahead."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "signature-from-the-future",
            "签名的生成时间比现在晚 {seconds} 秒。请核对系统时钟。",
            seconds=seconds,
        )


class KeyUnknown(NotAllowed):
    """No key of this id is registered, or it was revoked."""

    def __init__(self, key: str) -> None:
        super().__init__("signature-key", "密钥“{key}”没有登记，或已经吊销。", key=key[:200])


class SignatureWrong(NotAllowed):
    """The signature does not hold: the message was altered, or another key signed."""

    def __init__(self) -> None:
        super().__init__("signature-wrong", "签名与请求不符：请求在签名之后被改动，或不是用这把密钥签的。")


class HeaderCameEmpty(NotAllowed):
    """The signature does not hold, and a header that it covers is empty, as servers give one of other than ASCII."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "header-came-empty",
            "签名与请求不符，而签名涵盖的首部“{name}”收到时是空的：首部只能含 ASCII 字符，中文须先编码。",
            name=name,
        )


class DigestMissing(Invalid):
    """A body without a digest in SHA-256 or SHA-512."""

    def __init__(self) -> None:
        super().__init__(
            "digest-missing", "请求有正文，须有 Content-Digest 首部，算法为 sha-256 或 sha-512。"
        )


class DigestWrong(NotAllowed):
    """The body is not the one whose digest was signed."""

    def __init__(self) -> None:
        super().__init__("digest-wrong", "正文与 Content-Digest 不符：正文被改动过。")


class HeaderNotClean(Invalid):
    """A header holds what has no place in one: a line break, another control character."""

    def __init__(self, name: str) -> None:
        super().__init__("header-not-clean", "首部“{name}”含有不允许的字符。", name=name)

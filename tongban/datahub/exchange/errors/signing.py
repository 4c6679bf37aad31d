"""Calls whose signature or certificate does not hold, or is not the caller's."""

from __future__ import annotations

from tongban.datahub.exchange.errors.faults import CLIENT, Fault
from tongban.kernel.errors import Failure

NOT_KNOWN = "Server.ClientProxy.SslAuthenticationFailed"
"""X-Road's word for a connection by mutual TLS whose client it does not know."""


class NotTheClient(Fault):
    """The key belongs to another subsystem than the one that the call names."""

    def __init__(self, client: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidSignatureValue",
            "not-the-client",
            "签名的密钥或客户端证书不属于 X-Road-Client 所写的子系统“{client}”。",
            client=client,
        )


class BadSignature(Fault):
    """The signature was refused; the sentence is the one of http_signatures."""

    TYPES = {
        "signature-missing": "MissingSignature",
        "signature-malformed": "MalformedSignature",
        "signature-not-one": "MalformedSignature",
        "signature-component": "MalformedSignature",
        "signature-parameter": "MalformedSignature",
        "signature-algorithm": "UnsupportedAlgorithm",
        "digest-missing": "InvalidBody",
        "digest-wrong": "InvalidBody",
    }

    def __init__(self, why: Failure) -> None:
        type = self.TYPES.get(why.code, "InvalidSignatureValue")
        super().__init__(f"{CLIENT}{type}", why.code, why.sentence, **why.values)


class CertificateUnknown(Fault):
    """The connection's certificate is registered for no subsystem."""

    def __init__(self, id: str) -> None:
        super().__init__(
            NOT_KNOWN,
            "certificate-unknown",
            "没有登记这张客户端证书，或者它不是用于连接的证书：“{certificate}”。",
            certificate=id,
        )


class CertificateNotValid(Fault):
    """The connection's certificate has run out, or does not count yet."""

    def __init__(self, id: str) -> None:
        super().__init__(
            NOT_KNOWN, "certificate-not-valid", "客户端证书“{certificate}”不在有效期内。", certificate=id
        )


class BadWish(Fault):
    """The signature that is wanted on the answer is none that this node makes."""

    def __init__(self, why: Failure) -> None:
        super().__init__(f"{CLIENT}BadRequest", f"accept-{why.code}", why.sentence, **why.values)


class Replayed(Fault):
    """This very call was made before."""

    def __init__(self) -> None:
        super().__init__(
            f"{CLIENT}InvalidSignatureValue", "replayed", "这个签名已经用过一次。每次调用须重新签名。"
        )

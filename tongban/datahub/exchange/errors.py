"""Failures of the exchange by name, each with X-Road's type of error.

``Client.`` is the caller's fault (status 400), ``Server.`` the provider's or this node's (500): Message Protocol for
REST 4.6. Types that X-Road has are used as it has them; ``QuotaExceeded`` and ``KeyRevoked`` are additions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongban.datahub.exchange.types import Finding, Outcome
from tongban.kernel.errors import N_, Conflict, Failure, Invalid, NotAllowed, NotFound

CLIENT = "Client."
PROVIDER = "Server.ServerProxy."
NOT_KNOWN = "Server.ClientProxy.SslAuthenticationFailed"
"""X-Road's word for a connection by mutual TLS whose client it does not know."""


class Fault(Failure):
    """A call that fails; ``type`` goes into X-Road-Error and the body."""

    def __init__(self, type: str, code: str, sentence: str, **values: object) -> None:
        super().__init__(code, sentence, **values)
        self.type = type
        self.status = 400 if type.startswith(CLIENT) else 500


class BadAddress(Fault):
    """The address is none of a service."""

    def __init__(self) -> None:
        super().__init__(
            f"{CLIENT}BadRequest",
            "bad-address",
            "地址应为 /r1/实例/类别/成员/子系统/服务，各段只能用字母、数字和 '()+,-.=? 。",
        )


class WrongProtocol(Fault):
    """Another version of the protocol than r1."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidProtocolVersion",
            "wrong-protocol",
            "不支持协议版本“{version}”，只支持 r1。",
            version=version,
        )


class HeaderMissing(Fault):
    """A header that has to be there is not."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{CLIENT}MissingHeaderField", "header-missing", "缺少首部“{name}”。", name=name)


class IssueMissing(Fault):
    """Somebody's data is asked for, and it is not said for which case."""

    def __init__(self) -> None:
        super().__init__(
            f"{CLIENT}MissingHeaderField",
            "issue-missing",
            "这个服务给出个人信息或者某个企业的数据：每次调用须在首部“X-Road-Issue”写明办件编号，本人看得到。",
        )


class BadHeader(Fault):
    """A header that is not of its form."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{CLIENT}BadRequest", "bad-header", "首部“{name}”的写法不对。", name=name)


class TooLarge(Fault):
    """More than a call may send."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{CLIENT}InvalidBody", "too-large", "请求正文超过 {most} 字节。", most=most)


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


class NotAuthorised(Fault):
    """No grant, no such service, a key revoked, or too many calls today: on record all the same."""

    SENTENCES = {
        Outcome.ACCESS_DENIED: N_("没有有效的数据共享授权：“{client}”不能调用“{service}”。"),
        Outcome.UNKNOWN_SERVICE: N_("没有服务“{service}”。"),
        Outcome.SERVICE_DISABLED: N_("服务“{service}”已暂停。"),
        Outcome.KEY_REVOKED: N_("签名所用的密钥已经吊销。"),
        Outcome.QUOTA_EXCEEDED: N_("今天的调用次数已达到授权的上限。"),
    }

    def __init__(self, outcome: Outcome, client: str, service: str) -> None:
        super().__init__(
            f"{PROVIDER}{outcome.value}",
            outcome.name.lower().replace("_", "-"),
            self.SENTENCES[outcome],
            client=client,
            service=service,
        )


class WrongMethod(Fault):
    """Registers and published queries are read, and only read."""

    def __init__(self, method: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidHttpMethod",
            "wrong-method",
            "这个服务只能用 GET 调用，不能用 {method}。",
            method=method,
        )


class WrongParameters(Fault):
    """A parameter that the service does not have, has twice, or that is missing."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidRequest",
            "wrong-parameters",
            "参数“{name}”缺少、重复，或不是这个服务的参数。",
            name=name,
        )


class WrongValue(Fault):
    """The value of a parameter is none of its type."""

    def __init__(self, names: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidRequest", "wrong-value", "参数“{names}”的值不是这个服务要求的类型。", names=names
        )


class NoSuchPath(Fault):
    """The service is described, and this is not among what may be asked."""

    def __init__(self, service: str, method: str, path: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidRequest",
            "no-such-path",
            "服务“{service}”没有 {method} {path} 这个操作。",
            service=service,
            method=method,
            path=path[:200],
        )


class ProviderFailed(Fault):
    """The provider's system did not answer, or not as it has to; ``how`` is X-Road's word for it."""

    SENTENCES = {
        "NetworkError": N_("提供方系统没有应答。"),
        "ServiceFailed.Timeout": N_("提供方系统没有在规定时间内应答。"),
        "ServiceFailed.Busy": N_("提供方系统正忙，请稍后再试。"),
        "ServiceFailed.InvalidResponse": N_("提供方系统的应答不符合约定，没有转交。"),
        "ServiceFailed.InternalError": N_("提供方系统出错，没有结果。"),
    }

    def __init__(self, how: str) -> None:
        self.how = how
        code = how.rpartition(".")[2]
        code = "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in code).strip("-")
        super().__init__(f"{PROVIDER}{how}", f"provider-{code}", self.SENTENCES[how])


class NodeFailed(Fault):
    """This node can not do its work now."""

    def __init__(self) -> None:
        super().__init__(
            f"{PROVIDER}DatabaseError", "node-failed", "本节点的数据库暂时不可用，调用没有进行。请稍后再试。"
        )


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


class BadService(Invalid):
    """A service can not be published so."""

    def __init__(self, what: str) -> None:
        super().__init__("bad-service", "服务不能这样发布：“{what}”不对。", what=what)


class SubjectMissing(Invalid):
    """Nobody would find a call that does not say about whom it asks."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            "subject-missing",
            N_(
                "数据资源“{resource}”是个人的数据：发布服务时要声明哪个参数写明查的是谁（subject），本人才看得到每次调用。整批提供用订阅。"
            ),
            resource=resource,
        )


class SubjectStands(Invalid):
    """Whose data a service gives is what its past calls were about: with another subject it is another service."""

    def __init__(self, service: str, before: str, after: str) -> None:
        super().__init__(
            "subject-stands",
            N_("服务“{service}”发布时的数据主体是“{before}”，不能改成“{after}”。请换一个服务代码发布。"),
            service=service,
            before=before or "-",
            after=after or "-",
        )


class BadDescription(Invalid):
    """The description of a service can not be published; ``findings`` say all that is wrong, with lines."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("bad-description", "服务说明有 {count} 处错误，没有发布。", count=len(findings))
        self.findings = tuple(findings)


class TooManyTrialKeys(Conflict):
    """A subsystem has as many keys for the sandbox as it may."""

    def __init__(self, most: int) -> None:
        super().__init__("too-many-trial-keys", "一个子系统最多有 {most} 把有效的沙箱密钥。", most=most)


class BadSamples(Invalid):
    """Test rows that can not be taken; ``wrong`` are the numbers of rows and the fields."""

    def __init__(self, wrong: Sequence[tuple[int, str]]) -> None:
        row, name = wrong[0]
        super().__init__(
            "bad-samples",
            "测试数据不能用：第 {row} 行的“{field}”不是目录中的信息项，或者可能是真实的号码；共 {count} 处。",
            row=row,
            field=name,
            count=len(wrong),
        )
        self.wrong = tuple(wrong)


class ServiceUnknown(NotFound):
    """No such service."""

    def __init__(self, service: str) -> None:
        super().__init__("service-unknown", "没有服务“{service}”。", service=service)


class SecrecyUnknown(NotFound):
    """No such secrecy."""

    def __init__(self) -> None:
        super().__init__("secrecy-unknown", N_("没有这项保密，或者您不能查看它。"))


class KeptAlready(Conflict):
    """A grant is kept secret by one decision at a time."""

    def __init__(self) -> None:
        super().__init__("secrecy-once", N_("这项授权已经在保密，请延长或者先解除。"))


class KeptLonger(NotAllowed):
    """The law wants the record of an exchange kept whole for longer."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            "kept-longer", N_("交换记录至少完整保存三年：现在只能清除 {day} 之前的内容。"), day=day
        )


class LawMissing(Invalid):
    """Nothing is taken out without the law that wants it."""

    def __init__(self) -> None:
        super().__init__("law-missing", N_("清除内容要写明依据的法律和条款。"))


class ExchangeUnknown(NotFound):
    """No such exchange is on record."""

    def __init__(self, id: str) -> None:
        super().__init__("exchange-unknown", N_("没有编号为 {id} 的数据交换。"), id=id)


class ContentPurged(Conflict):
    """The content was taken out by law: there is nothing left to be shown to a court but its proof."""

    def __init__(self, id: str) -> None:
        super().__init__(
            "content-purged", N_("数据交换 {id} 的内容已经依法清除，只能证明它曾经发生。"), id=id
        )


class NoContainer(Invalid):
    """The file is no container of evidence, or not byte for byte as it was made."""

    def __init__(self) -> None:
        super().__init__("no-container", N_("这不是数据交换的存证文件，或者内容被改动过。"))


class NotAKey(Invalid):
    """What was pasted is no key that can be registered."""

    def __init__(self) -> None:
        super().__init__(
            "not-a-key",
            N_(
                "这不是可以登记的公钥或证书：应为 Ed25519、P-256 或 SM2 公钥（PEM，前两种也可用 JWK），或 X.509 证书（PEM）。"
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


class NotTheirResource(NotAllowed):
    """A department publishes what is its own in the catalogue."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            "resource-not-theirs",
            N_("数据资源“{resource}”不是本部门的，不能由本部门发布。"),
            resource=resource,
        )


class NotTheirDatabase(NotAllowed):
    """A department's queries read its own databases."""

    def __init__(self, database: str) -> None:
        super().__init__(
            "database-not-theirs", N_("数据库“{database}”不是本部门的，查询不能读它。"), database=database
        )


class AddressIsNew(NotAllowed):
    """Where the node is led the first time, the data authority has to agree."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "address-is-new",
            N_("本部门还没有系统在“{address}”。新的系统地址第一次由数据主管部门发布，以后由本部门自己改。"),
            address=address,
        )


class StatementWrong(Invalid):
    """The database does not take the statement."""

    def __init__(self, why: str) -> None:
        super().__init__("statement-wrong", N_("数据库不接受这条查询：{why}"), why=why[:300])

"""Calls that can not be read, may not be made, or are not answered."""

from __future__ import annotations

from tongban.datahub.exchange.errors.faults import CLIENT, PROVIDER, Fault
from tongban.datahub.exchange.types import Outcome
from tongban.kernel.errors import N_


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


class NotThisHost(Fault):
    """Asked, and signed, for another host than this node."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidRequest",
            "not-this-host",
            "首部“Host”写的是“{host}”，不是本节点：请按所调节点公布的地址签名。",
            host=host[:100],
        )


class TooLarge(Fault):
    """More than a call may send."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{CLIENT}InvalidBody", "too-large", "请求正文超过 {most} 字节。", most=most)


class NotAuthorised(Fault):
    """No grant or nobody knows which, no such service, a key that does not count, too many calls: on record all the same."""

    SENTENCES = {
        Outcome.ACCESS_DENIED: N_("没有有效的数据共享授权：“{client}”不能调用“{service}”。"),
        Outcome.UNKNOWN_SERVICE: N_("没有服务“{service}”。"),
        Outcome.SERVICE_DISABLED: N_("服务“{service}”已暂停。"),
        Outcome.KEY_REVOKED: N_("签名所用的密钥已经吊销。"),
        Outcome.KEY_EXPIRED: N_("签名所用的密钥已过最后一天。请登记新的公钥，改用它签名。"),
        Outcome.QUOTA_EXCEEDED: N_("今天的调用次数已达到授权的上限。"),
        Outcome.GRANT_AMBIGUOUS: N_(
            "“{client}”调用“{service}”有几项用途不同的授权：须在首部“X-Tongban-Grant”写明这次按哪一项（授权编号），本人看得到用途。"
        ),
    }

    def __init__(self, outcome: Outcome, client: str, service: str) -> None:
        super().__init__(
            f"{CLIENT if outcome is Outcome.GRANT_AMBIGUOUS else PROVIDER}{outcome.value}",
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


class BodyUnwanted(Fault):
    """A body where nobody reads one, or somebody might who should not."""

    def __init__(self, method: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidBody",
            "body-unwanted",
            "{method} 调用不能带正文：参数写在地址里。",
            method=method,
        )


class NotANumber(Fault):
    """Whose data is asked for is not written as the number of a person or the code of a company is."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidRequest",
            "not-a-number",
            "参数“{name}”写明查的是谁：只能是证件号码或者代码本身的字母和数字，没有空格、连字符和看不见的字符。",
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

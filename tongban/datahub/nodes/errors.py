"""Failures of the federation by name; those that a caller meets are X-Road's faults."""

from __future__ import annotations

from tongban.datahub.exchange.errors import CLIENT, PROVIDER, Fault
from tongban.kernel.errors import N_, Conflict, Failure, Invalid, NotAllowed, NotFound

LONGEST_WHERE = 200


class DirectoryTooOld(Fault):
    """This node has not heard from the city for too long to judge what others may."""

    def __init__(self) -> None:
        super().__init__(
            f"{PROVIDER}OutdatedGlobalConf",
            "directory-too-old",
            "本节点与市级节点失去联系太久，暂不办理这类调用。",
        )


class NodeUnknown(Fault):
    """The node is not in the directory, or was taken out of it."""

    def __init__(self, node: str) -> None:
        super().__init__(
            f"{PROVIDER}UnknownService", "node-unknown", "目录里没有节点“{node}”，或者它已经停用。", node=node
        )


class NotItsCaller(Fault):
    """A node hands on calls of its own members only, signed for its own hosts."""

    def __init__(self, node: str) -> None:
        super().__init__(
            f"{CLIENT}InvalidSignatureValue",
            "not-its-caller",
            "节点“{node}”不能转交这个调用方的请求。",
            node=node,
        )


class NotHere(Fault):
    """A call is relayed once, to the node where the provider is."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{PROVIDER}UnknownService", "not-here", "本节点没有服务“{service}”。", service=service
        )


class NodeSignatureWrong(Fault):
    """What came does not carry the signature of the node that it should come from."""

    def __init__(self, why: Failure | None = None) -> None:
        super().__init__(
            f"{PROVIDER}InvalidSignatureValue", "node-signature", "节点之间的签名不对，没有采信。"
        )
        self.why = why


class NodeUnsigned(NodeSignatureWrong):
    """A request that has to come from a node of the directory, and is signed by none."""

    def __init__(self, why: Failure | None = None) -> None:
        super().__init__(why)
        self.type, self.status = f"{CLIENT}InvalidSignatureValue", 401


class NodeMalformed(Fault):
    """What a node has signed is no request, or not about what it may ask; ``where`` is the way to what does not fit."""

    def __init__(self, where: str = "") -> None:
        super().__init__(
            f"{CLIENT}BadRequest",
            "node-malformed",
            "节点发来的请求不合约定，没有办理。不合之处：{where}。",
            where=where[:LONGEST_WHERE] or "/",
        )


class NodeUnreachable(Fault):
    """The provider's node can not be reached, or the line broke before it had answered."""

    def __init__(self, node: str) -> None:
        super().__init__(
            f"{PROVIDER}NetworkError",
            "node-unreachable",
            "提供方在{node}的节点上，那里现在连不上，没有取得答复。请稍后再试。",
            node=node,
        )


class ElsewhereFailed(Fault):
    """The provider's node has refused or failed; its type and its words."""

    def __init__(self, type: str, node: str, message: str) -> None:
        super().__init__(type, "elsewhere-failed", "节点“{node}”答复：{message}", node=node, message=message)


class NotANode(NotFound):
    """This installation takes no part in a federation yet."""

    def __init__(self) -> None:
        super().__init__("not-a-node", N_("这里还不是节点。请先运行 tongban node up 或 tongban node join。"))


class AnotherNode(Conflict):
    """The code belongs to a node with another key."""

    def __init__(self, code: str) -> None:
        super().__init__("another-node", N_("节点代码“{node}”已经属于另一把密钥。"), node=code)


class BadAnchor(Invalid):
    """The file is none that a node was given to begin with."""

    def __init__(self) -> None:
        super().__init__("bad-anchor", N_("这不是节点的登记文件，或者内容不完整。"))


class MayNotSay(NotAllowed):
    """A node speaks for its own members only."""

    def __init__(self, node: str, kind: str, code: str) -> None:
        super().__init__(
            "may-not-say",
            N_("节点“{node}”不能登记“{kind} {what}”：它只能登记自己成员的。"),
            node=node,
            kind=kind,
            what=code,
        )


class MayNotAsk(NotAllowed):
    """Only the city asks whose data was read: that is where people open their accounts."""

    def __init__(self, node: str) -> None:
        super().__init__("may-not-ask", N_("节点“{node}”不能查询一个人的记录。"), node=node)


class NotUnderstood(Invalid):
    """What a node has answered is not what it was asked for; nothing of it is kept."""

    def __init__(self, node: str, where: str) -> None:
        super().__init__(
            "not-understood",
            N_("{node}的节点答复不合约定，没有采用。不合之处：{where}。"),
            node=node,
            where=where[:LONGEST_WHERE] or "/",
        )


class NodeSilent(Conflict):
    """A node can not be asked now, or does not answer as it has to."""

    def __init__(self, node: str) -> None:
        super().__init__("node-silent", N_("{node}的节点暂时连不上，请稍后再试。"), node=node)

"""What every failed call is, with X-Road's type of error.

``Client.`` is the caller's fault (status 400), ``Server.`` the provider's or this node's (500): Message Protocol for
REST 4.6. Types that X-Road has are used as it has them; ``QuotaExceeded``, ``KeyRevoked`` and
``KeyExpired`` are additions: X-Road knows certificates only.
"""

from __future__ import annotations

from tongban.kernel.errors import Failure

CLIENT = "Client."
PROVIDER = "Server.ServerProxy."


class Fault(Failure):
    """A call that fails; ``type`` goes into X-Road-Error and the body."""

    def __init__(self, type: str, code: str, sentence: str, **values: object) -> None:
        super().__init__(code, sentence, **values)
        self.type = type
        self.status = 400 if type.startswith(CLIENT) else 500


class NodeFailed(Fault):
    """This node can not do its work now."""

    def __init__(self) -> None:
        super().__init__(
            f"{PROVIDER}DatabaseError", "node-failed", "本节点的数据库暂时不可用，调用没有进行。请稍后再试。"
        )

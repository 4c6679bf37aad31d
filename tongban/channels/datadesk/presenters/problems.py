"""What failed, in a sentence that says whose it is and what to do; X-Road's type stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.kernel.errors import N_

PROXY = "Server.ServerProxy."
SENTENCES = {
    f"{PROXY}AccessDenied": N_("没有有效的授权，网关没有放行；调用方要先提需求拿到授权。"),
    f"{PROXY}QuotaExceeded": N_("当天次数用完了，网关没有放行；不够用就申请提高每日上限。"),
    f"{PROXY}KeyRevoked": N_("签名用的密钥已经吊销；调用方要换上新登记的密钥。"),
    f"{PROXY}KeyExpired": N_("签名用的密钥已过最后一天；调用方要登记新的公钥，改用它签名。"),
    f"{PROXY}UnknownService": N_("没有这个服务；调用方核对一下服务代码。"),
    f"{PROXY}ServiceDisabled": N_("服务已暂停；要用请找提供方恢复。"),
    f"{PROXY}NetworkError": N_("提供方系统没有应答，或者连不上；请提供方查看系统和网络。"),
    f"{PROXY}ServiceFailed.Timeout": N_("提供方系统没有在规定时间内应答；请提供方查看慢在哪里。"),
    f"{PROXY}ServiceFailed.Busy": N_("没有送到提供方：同时调用太多，或者连续出错正在让它歇一歇。"),
    f"{PROXY}ServiceFailed.InvalidResponse": N_("提供方的应答不符合约定，没有转交；请提供方核对返回的内容。"),
    f"{PROXY}ServiceFailed.InternalError": N_("提供方系统出错，没有结果；请提供方查看日志。"),
    f"{PROXY}DatabaseError": N_("本节点的数据库当时不可用，调用没有进行；再调用一次即可。"),
    "Client.InvalidRequest": N_("参数缺少、重复，或者不是这个服务的参数；请调用方核对服务说明。"),
    "Client.GrantAmbiguous": N_(
        "有几项用途不同的授权，没有写明按哪一项；请调用方在首部 X-Tongban-Grant 写上授权编号。"
    ),
    "Client.InvalidHttpMethod": N_("请求方法不对，这个服务只能查询；请调用方改用 GET。"),
    "Client.BadRequest": N_("请求的写法不对；请调用方核对地址和首部。"),
}
BUSY = f"{PROXY}ServiceFailed.Busy"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of failure: its type or status, what it means, how often it came."""

    type: str
    sentence: str
    count: int = 0

    @property
    def name(self) -> str:
        """Return the type without what all have in common."""
        return self.type.removeprefix(PROXY)


def problem(type: str, count: int = 0) -> Problem:
    """Return a kind of failure with its sentence."""
    return Problem(type, SENTENCES.get(type) or _other(type), count)


def _other(type: str) -> str:
    if type == "404":
        return N_("提供方答复：没有查到。")
    if len(type) == 3 and type.startswith("4"):
        return N_("提供方没有接受这个请求；请调用方核对参数。")
    if type.startswith("Client."):
        return N_("调用方的请求不对。")
    return N_("提供方系统出错；请提供方查看日志。")


def kinds(found: Mapping[str, int]) -> tuple[Problem, ...]:
    """Return all kinds of failures, the most frequent first."""
    return tuple(
        problem(type, count) for type, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    )

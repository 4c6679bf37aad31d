"""``tongban ledger verify`` without a file: everything computed anew, and in sentences what differs and where."""

from __future__ import annotations

from typing import Any

from tongban.foundation.ledger.types import Head
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import _court, say
from tongban.runtime.terminal import print_json

CHANGES = {
    "altered": N_("被改动：第 {first} 条，记录 {id}。"),
    "missing": N_("被删除：第 {first} 条，记录 {id}。"),
    "inserted": N_("被插入：第 {first} 条，记录 {id}，账本里不可能有这个位置。"),
    "rewritten": N_("被改写：第 {first} 条到第 {last} 条之间，与保存或签名的哈希对不上。"),
    "unplaced": N_("没有位置：记录 {id}，是后来塞进来的，或者它的位置被删掉了。"),
}
GONE = N_("被删除：第 {first} 条到第 {last} 条，连位置也没有了；后面的只能逐条核对。")
DOUBTS = {
    "signature": N_("{size} 条的账本根（{at}）不是账本的密钥签的：根被改写过。"),
    "stamp": N_("{at} 的时间戳与 {size} 条的账本根不符：根被改写过。"),
    "witness": N_("见证方 {who} 在 {at} 签名的不是现在这个 {size} 条的账本根：根被改写过。"),
}
STANDING = {
    "subsystem": N_("登记的业务系统"),
    "exchange-key": N_("密钥"),
    "service": N_("服务"),
    "data-grant": N_("数据授权"),
    "data-system": N_("信息系统"),
    "data-theme": N_("数据主题"),
    "data-resource": N_("数据资源"),
    "data-duty": N_("责任"),
    "data-demand": N_("需求"),
    "data-negative": N_("负面清单条目"),
    "exchange-secrecy": N_("依法保密"),
    "node": N_("节点"),
    "witness": N_("见证节点"),
    "day-stamp": N_("一天的时间戳"),
    "watched-log": N_("由本节点见证的账本"),
    "subscription": N_("订阅"),
    "feed-call": N_("订阅源的调用"),
    "feed-delivery": N_("推送"),
    "feed": N_("订阅源"),
    "feed-change": N_("变更"),
    "feed-seal": N_("变更的封存"),
    "feed-about": N_("变更涉及的人"),
}
DRIFTS = {
    "altered": N_("被改动：{kind} {id}，与账本所记不一致。"),
    "missing": N_("被删除：{kind} {id}，账本有记载。"),
    "inserted": N_("被插入：{kind} {id}，账本没有记载。"),
}


def verify(root: bytes | None, *, as_json: bool) -> int:
    """Hold all records against the tree and the signed heads, and all exchanges against the ledger; 1 when they differ.

    What was signed is checked under ``root``, or under the root certificate that the database has. The heads that this
    machine keeps outside of the database count too, and what other nodes have signed of this ledger.
    """
    with boot.ready():
        from tongban.datahub.exchange import queries as exchange
        from tongban.foundation.attestation import queries

        kept, seen = _kept(root), _seen_by_others()
        found = queries.audit([*kept, *(head for head in seen.values() if head)])
        exchanged, doubts = exchange.audit_exchanges(), queries.doubts(root=root)
        drifts = _drifts()
    holds = not (found.state.differences or exchanged.differences or doubts or drifts)
    if as_json:
        print_json({"holds": holds, **_ledger(found, doubts), "kept": len(kept),
                    "witnesses": {code: head and head.size for code, head in seen.items()},
                    "exchanges": _exchanges(exchanged),
                    "standing": [{"change": one.change.value, "kind": one.kind, "id": one.id} for one in drifts]})  # fmt: skip
    else:
        _say_ledger(found, doubts)
        _say_outside(kept, seen)
        _court.say_exchanges(exchanged)
        _say_drifts(drifts)
    return 0 if holds else 1


def _kept(root: bytes | None) -> tuple[Head, ...]:
    """Return the heads that this machine keeps of the ledger outside of the database."""
    from django.conf import settings

    from tongban.foundation.attestation import queries
    from tongban.foundation.trust import queries as trust

    return queries.kept_heads(settings.LEDGER_HEADS, root or trust.root() or b"")


def _seen_by_others() -> dict[str, Head | None]:
    """Return what other nodes have signed last of this ledger; None of one that does not answer."""
    from tongban.datahub.nodes import operations as nodes
    from tongban.datahub.nodes import queries

    return nodes.seen_by_others(at=clock.now()) if queries.find_here() is not None else {}


def _say_outside(kept: tuple[Head, ...], seen: dict[str, Head | None]) -> None:
    """Say what outside of the database the ledger was held against."""
    if kept:
        say(
            N_("数据库之外保存的 {count} 个根也核对了，最新的一个是 {size} 条。"),
            count=len(kept),
            size=kept[-1].size,
        )
    else:
        say(
            N_(
                "这台机器没有在数据库之外保存过账本的根：能改写整个数据库的人，要靠见证方或者别处保存的根才能发现。"
            )
        )
    for code, head in seen.items():
        if head is None:
            say(N_("见证方 {who} 没有答复，它签过的根没有核对。"), who=code)
        else:
            say(N_("见证方 {who} 签过的 {size} 条的根也核对了。"), who=code, size=head.size)


def _drifts() -> list[Any]:
    """Return what stands in tables that are gone by, or feeds have on record, and is not as the ledger says."""
    from tongban.datahub.exchange import queries as exchange
    from tongban.datahub.nodes import queries as nodes
    from tongban.datahub.resources import queries as resources
    from tongban.datahub.subscriptions import queries as subscriptions
    from tongban.foundation.attestation import queries as attestation

    here = nodes.find_here()
    is_city = here is None or here.is_city
    given = resources.audit_grants(are_given_here=is_city)
    # A district is told of the lists by the directory.
    lists = resources.audit_lists() if is_city else ()
    federated = [*nodes.audit_nodes(are_admitted_here=is_city), *attestation.audit_witnesses()]
    stamped, told = attestation.audit_stamps(), subscriptions.audit_feeds()
    return [*exchange.audit_registered(), *given, *lists, *federated, *stamped, *told]


def _say_drifts(drifts: list[Any]) -> None:
    for one in drifts[: _court.LISTED]:
        say(DRIFTS[one.change.value], kind=_court.said(STANDING[one.kind]), id=one.id)
    if drifts:
        say(N_("登记、授权和订阅与账本不一致，至少 {count} 处。"), count=len(drifts))
    else:
        say(N_("登记、授权和订阅都与账本一致。"))


def _ledger(found: Any, doubts: Any) -> dict[str, Any]:
    differences = [
        {"change": one.change.value, "first": one.first, "last": one.last,
         "record": str(one.record) if one.record else None}
        for one in found.state.differences
    ]  # fmt: skip
    doubted = [
        {"size": one.size, "by": one.by.value, "witness": one.who, "at": one.at.isoformat()} for one in doubts
    ]
    return {
        "records": found.head.size, "heads": found.heads, "pending": found.state.pending,
        "signed_until": found.signed_until, "broken": found.broken, "differences": differences, "doubts": doubted,
    }  # fmt: skip


def _exchanges(found: Any) -> dict[str, Any]:
    differences = [
        {"change": one.change.value, "kind": one.kind.value, "batch": one.batch,
         "id": str(one.id) if one.id else None}
        for one in found.differences
    ]  # fmt: skip
    return {
        "sealed": found.sealed, "batches": found.batches, "purged": found.purged, "pending": found.pending,
        "differences": differences,
    }  # fmt: skip


def _say_ledger(found: Any, doubts: Any) -> None:
    size, differences = found.head.size, found.state.differences
    for one in differences[: _court.LISTED]:
        is_range = one.record is None and one.change.value == "missing"
        say(GONE if is_range else CHANGES[one.change.value], first=one.first, last=one.last, id=one.record)
    if differences:
        say(N_("账本被改动过，至少 {count} 处；前 {size} 条都对得上。"), count=len(differences), size=size)
    else:
        say(
            N_("账本完好：{size} 条记录、{heads} 个签名的根都对得上，{pending} 条等待入账。"),
            size=size, heads=found.heads, pending=found.state.pending,
        )  # fmt: skip
    for doubt in doubts:
        say(DOUBTS[doubt.by.value], size=doubt.size, who=doubt.who, at=doubt.at.date())

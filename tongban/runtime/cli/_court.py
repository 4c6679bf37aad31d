"""What ``tongban exchange`` and ``tongban ledger`` do for a court: one exchange's container, made and verified; purging."""

from __future__ import annotations

import argparse
import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor, print_json

CHANGES = {
    "altered": N_("被改动：{kind} {id}（第 {batch} 批）。"),
    "missing": N_("被删除：{kind} {id}（第 {batch} 批）。"),
    "inserted": N_("被插入：{kind} {id}（第 {batch} 批）。"),
    "emptied": N_("内容不见了，而账本里没有对应的清除：{kind} {id}（第 {batch} 批）。"),
    "batch_altered": N_("第 {batch} 批与账本所记的不一致（{kind}）。"),
    "batch_missing": N_("账本所记的第 {batch} 批不见了（{kind}）。"),
    "batch_inserted": N_("第 {batch} 批不在账本里（{kind}）。"),
}
KINDS = {"call": N_("调用的记录"), "answer": N_("调用的答复"), "named": N_("答复中提到的人")}
LISTED = 20
NOBODY_TRUSTED = N_(
    "没有用 --root 给出城市的根证书，所以没有核实是谁签发的：以下只说明文件自己前后一致，谁都可以做出这样的文件。"
)


def add_actions(actions: Any) -> None:
    """Register ``tongban exchange evidence``, ``beside-purpose`` and ``purge``."""
    evidence = actions.add_parser("evidence", help="write one exchange as a sealed container, for a court")
    evidence.add_argument("exchange", type=uuid.UUID, help="its id: X-Road-Request-Id of the answer")
    evidence.add_argument("-o", "--out", type=Path, required=True, metavar="FILE", help="usually NAME.asice")
    evidence.add_argument("--reason", required=True, help="who wants it, and why; goes on the ledger")
    add_actor(evidence)
    evidence.set_defaults(func=write_evidence)
    beside = actions.add_parser(
        "beside-purpose",
        help="list what was asked, since a day, for cases that the grant is not for",
    )
    beside.add_argument("--since", type=dt.date.fromisoformat, required=True, metavar="DATE")
    beside.set_defaults(func=list_beside_purpose)
    purge = actions.add_parser(
        "purge", help="take out, by law, the content of old exchanges; what was proved stays proved"
    )
    purge.add_argument("--before", type=dt.date.fromisoformat, required=True, metavar="DATE")
    purge.add_argument("--law", required=True, help="law and article, and why; goes on the ledger")
    purge.add_argument("--keep", type=uuid.UUID, action="append", default=[], metavar="ID",
                       help="an exchange that stays whole: a lawsuit, a contest")  # fmt: skip
    add_actor(purge)
    purge.set_defaults(func=purge_content)


def write_evidence(arguments: argparse.Namespace) -> int:
    """Write the container of one exchange."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        data = operations.make_evidence(
            id=arguments.exchange, reason=arguments.reason, by=actor(arguments), at=clock.now()
        )
    arguments.out.write_bytes(data)
    say(N_("存证写入 {file}，{size} 字节。"), file=arguments.out, size=len(data))
    return 0


def list_beside_purpose(arguments: argparse.Namespace) -> int:
    """List calls for cases that their grant is not for; 1 when there are any."""
    with boot.ready():
        from tongban.services.disclosures import queries

        since = dt.datetime.combine(arguments.since, dt.time(), clock.SHANGHAI)
        found = queries.asked_beside_purpose(since, clock.now())
    for one in found:
        say(
            N_("{consumer} 为办件 {issue} 查了 {calls} 次，授权 {grant} 只用于 {items}，{why}；第一次调用 {first}。"),
            consumer=one.consumer, issue=one.issue, calls=one.calls, grant=one.grant, items="、".join(one.items),
            why=queries.WHY_NAMES[one.why], first=one.first,
        )  # fmt: skip
    if not found:
        say(N_("没有为其他事项的办件查过。"))
    return 1 if found else 0


def purge_content(arguments: argparse.Namespace) -> int:
    """Take out the content of old exchanges."""
    with boot.ready():
        from django.db import transaction

        from tongban.datahub.exchange import operations
        from tongban.datahub.exchange.types import Kind
        from tongban.datahub.nodes import operations as nodes
        from tongban.datahub.subscriptions import operations as subscriptions

        what: dict[str, Any] = {
            "before": dt.datetime.combine(arguments.before, dt.time(), clock.SHANGHAI), "law": arguments.law,
            "kept": arguments.keep, "by": actor(arguments), "at": clock.now(),
        }  # fmt: skip
        with transaction.atomic():
            counts = operations.purge(**what)
            elsewhere = operations.purge_elsewhere(**what)
            pulled, handed_on = subscriptions.purge_feed_calls(**what), nodes.purge_relays(**what)
    say(
        N_(
            "已清除 {calls} 次调用、{answers} 个答复、{named} 处被提到的人、{elsewhere} 次其他节点所告查询的内容；证明仍然成立。"
        ),
        calls=counts[Kind.CALL], answers=counts[Kind.ANSWER], named=counts[Kind.NAMED], elsewhere=elsewhere,
    )  # fmt: skip
    say(
        N_("还清除了 {pulled} 次数据订阅请求、{handed_on} 次节点间转交的签名内容。"),
        pulled=pulled,
        handed_on=handed_on,
    )
    return 0


def verify_container(data: bytes, root: bytes | None, *, as_json: bool) -> int:
    """Verify one exchange's container, without a database; exit code 1 when it does not hold, 3 when nobody was trusted."""
    from tongban.datahub.exchange import queries

    found = queries.check_evidence(data, root)
    if as_json:
        print_json({
            "holds": found.problem is None, "exchange": found.id, "root": found.root, "root_given": root is not None,
            "problem": found.problem.sentence if found.problem else "",
            "proves": [{"sentence": one.sentence, **one.values} for one in found.proves],
        })  # fmt: skip
    elif found.problem:
        say(found.problem.sentence, **found.problem.values)
    else:
        if root is None:
            say(NOBODY_TRUSTED)
        say(N_("属实：数据交换 {id}。"), id=found.id)
        for one in found.proves:
            say(one.sentence, **one.values)
        if root is None:
            say(N_("根证书取自文件本身，请与城市公布的指纹核对：{fingerprint}"), fingerprint=found.root)
    return verified(bool(found.problem), root is not None)


def verified(is_broken: bool, is_trusted: bool) -> int:
    """Return the exit code of a verification: whoever made the file could have made its root, too."""
    return 1 if is_broken else 0 if is_trusted else 3


def say_exchanges(found: Any) -> None:
    """Say how all exchanges were found."""
    for one in found.differences[:LISTED]:
        kind = KINDS[one.kind.value]
        say(CHANGES[one.change.value], kind=said(kind), id=one.id, batch=one.batch)
    if found.differences:
        say(N_("数据交换与账本不一致，至少 {count} 处。"), count=len(found.differences))
    else:
        say(
            N_(
                "数据交换完好：{sealed} 条记录、{batches} 批都与账本一致，{purged} 条的内容已依法清除，{pending} 条等待入账。"
            ),
            sealed=found.sealed,
            batches=found.batches,
            purged=found.purged,
            pending=found.pending,
        )


def said(word: str) -> str:
    """Return a word in the language of whoever typed the command."""
    from tongban.kernel.language import translate
    from tongban.runtime.cli import language

    return translate(word, language())

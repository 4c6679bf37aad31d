"""``tongban ledger``: a head that somebody keeps, and the proof that the ledger of today begins with it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.runtime import boot
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor, print_json

LARGEST = 1 << 20
LISTED = 100


def add_actions(actions: Any) -> None:
    """Register ``keep``, ``growth``, ``grown`` and ``stamps``."""
    keep = actions.add_parser("keep", help="write the newest signed head, to be kept and compared later")
    keep.add_argument("file", type=Path)
    keep.set_defaults(func=keep_head)
    growth = actions.add_parser(
        "growth", help="write the proof that the ledger only grew since a head that was kept"
    )
    growth.add_argument("kept", type=Path, help="a head written by keep")
    growth.add_argument("--out", type=Path, required=True, metavar="FILE")
    growth.set_defaults(func=write_growth)
    grown = actions.add_parser("grown", help="check such a proof; needs no database")
    grown.add_argument("kept", type=Path, help="the head that was kept")
    grown.add_argument("growth", type=Path, help="the proof")
    grown.add_argument("--root", type=Path, required=True, help="the root certificate that you trust (DER)")
    grown.add_argument("--json", action="store_true", help="for machines")
    grown.set_defaults(func=check_growth)
    ended = actions.add_parser(
        "end-witness", help="take no further signatures of a witness: its node was broken into, or is no more"
    )
    ended.add_argument("witness", help="the node's code")
    ended.add_argument("--reason", required=True, help="goes on the ledger")
    add_actor(ended)
    ended.set_defaults(func=end_witness)
    stamps = actions.add_parser("stamps", help="list the daily time stamps")
    stamps.set_defaults(func=list_stamps)


def keep_head(arguments: argparse.Namespace) -> int:
    """Write the newest signed head."""
    with boot.ready():
        from tongban.foundation.attestation import queries

        signed = queries.latest_head()
    if signed is None:
        raise NotFound("no-head", N_("账本还没有签过根。"))
    _write(arguments.file, queries.said_head(signed))
    say(N_("账本的根（{size} 条）写入 {file}。"), size=signed.head.size, file=arguments.file)
    return 0


def write_growth(arguments: argparse.Namespace) -> int:
    """Write the proof that the ledger begins with a head that was kept."""
    kept = _read(arguments.kept)
    with boot.ready():
        from tongban.foundation.attestation import queries

        growth = queries.growth(int(kept["size"]))
    if growth is None:
        raise NotFound("no-such-head", N_("账本现在没有这么大：{size} 条。"), size=kept["size"])
    _write(arguments.out, queries.said_growth(growth))
    say(N_("从 {since} 条到 {size} 条的增长证明写入 {file}。"), since=growth.since, size=growth.signed.head.size,
        file=arguments.out)  # fmt: skip
    return 0


def check_growth(arguments: argparse.Namespace) -> int:
    """Check that both heads are signed, and the later begins with the earlier; exit code 1 when not."""
    boot.set_up_django()
    from tongban.foundation.attestation import queries

    root = arguments.root.read_bytes()
    try:
        growth = queries.read_growth(_read(arguments.growth))
        kept = queries.read_head(_read(arguments.kept))
    except (ValueError, KeyError, TypeError) as wrong:
        raise Invalid("no-growth", N_("这不是账本的根或者增长证明，或者内容不完整。")) from wrong
    is_signed = all(queries.is_signed(one, root) for one in (kept, growth.signed))
    holds = is_signed and queries.continues(kept.head.size, kept.head.root, growth)
    values = {"since": kept.head.size, "size": growth.signed.head.size}
    if arguments.json:
        print_json({"holds": holds, **values})
    else:
        right = N_("属实：{size} 条的账本以保存的 {since} 条开头，之后只增不改。")
        wrong_said = N_("不成立：{size} 条的账本不以保存的 {since} 条开头，或者签名不对。")
        say(right if holds else wrong_said, **values)
    return 0 if holds else 1


def end_witness(arguments: argparse.Namespace) -> int:
    """End a witness; what it has signed stays."""
    with boot.ready():
        from tongban.foundation.attestation import operations

        operations.end_witness(
            code=arguments.witness, reason=arguments.reason, by=actor(arguments), at=clock.now()
        )
    say(N_("见证方 {who} 不再见证；它以前的签名仍然保留。"), who=arguments.witness)
    return 0


def list_stamps(arguments: argparse.Namespace) -> int:
    """Print day, size of the head and the moment of each stamp, the newest first."""
    with boot.ready():
        from tongban.foundation.attestation import queries

        for one in queries.stamps(limit=LISTED):
            print(one.day.isoformat(), one.size, one.at.isoformat(timespec="seconds"))
    return 0


def _write(file: Path, said: dict[str, Any]) -> None:
    file.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            read = json.loads(opened.read(LARGEST))
        return {"size": int(read.get("size", 0)), **read}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as wrong:
        raise Invalid("no-growth", N_("这不是账本的根或者增长证明，或者内容不完整。")) from wrong

"""``tongban ledger``: the ledger's signed head, evidence of a record or an exchange, and whether all of it holds.

``verify FILE`` needs neither our database nor a network: it can be run by a court, on another machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.runtime import boot
from tongban.runtime.cli import _court, _growth, _whole, say
from tongban.runtime.terminal import actor, add_actor, print_json

LARGEST_FILE = 4 << 20
ARCHIVE = b"PK"
OPENED = N_("记录里的代号 {pseudonym} 是 {who}：文件附有算法所需的数，可以重新计算。")


def add(commands: Any) -> None:
    """Register the command's arguments."""
    ledger = commands.add_parser("ledger", help="signed heads, evidence, verification", description=__doc__)
    actions = ledger.add_subparsers(dest="action", required=True, metavar="ACTION")
    head = actions.add_parser("head", help="sign and show the ledger's present head")
    head.add_argument("--json", action="store_true", help="for machines")
    head.set_defaults(func=show_head)
    root = actions.add_parser("root", help="write the root certificate (DER) that evidence is checked by")
    root.add_argument("file", type=Path)
    root.set_defaults(func=write_root)
    prove = actions.add_parser("prove", help="write evidence of a record: what stands in it, and its proof")
    prove.add_argument("record", type=uuid.UUID, help="the record's id")
    prove.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    prove.set_defaults(func=prove_record)
    _growth.add_actions(actions)
    purge = actions.add_parser("purge", help="take the words out of an old record, by law; its proof stays")
    purge.add_argument("record", type=uuid.UUID, help="the record's id")
    purge.add_argument("--law", required=True, help="law and article, and why; goes on the ledger")
    add_actor(purge)
    purge.set_defaults(func=purge_record)
    verify = actions.add_parser("verify", help="verify evidence, or without a file the whole ledger")
    verify.add_argument(
        "file", type=Path, nargs="?", help="evidence, or an exchange's container; checked without a database"
    )
    verify.add_argument("--root", type=Path, metavar="FILE", help="the root certificate that you trust (DER)")
    verify.add_argument("--json", action="store_true", help="for machines")
    verify.set_defaults(func=verify_evidence)


def show_head(arguments: argparse.Namespace) -> int:
    """Sign what is there and show the newest signed head."""
    with boot.ready():
        from django.conf import settings

        from tongban.foundation.attestation import operations, queries

        operations.sign_head(at=clock.now(), kept_in=settings.LEDGER_HEADS)
        signed = queries.latest_head()
    if signed is None:
        say("账本还是空的。")
        return 0
    head, moment = signed.head, signed.at.isoformat(timespec="milliseconds")
    if arguments.json:
        print_json({"size": head.size, "root": head.root.hex(), "at": moment, "suite": signed.suite})
    else:
        say("{size} 条记录，根 {root}，{at} 签名", size=head.size, root=head.root.hex(), at=moment)
    return 0


def write_root(arguments: argparse.Namespace) -> int:
    """Write the root certificate."""
    with boot.ready():
        data = _root()
    arguments.file.write_bytes(data)
    say("根证书指纹（SHA-256）：{fingerprint}", fingerprint=hashlib.sha256(data).hexdigest())
    return 0


def prove_record(arguments: argparse.Namespace) -> int:
    """Write the evidence of a record."""
    with boot.ready():
        from tongban.foundation.attestation import queries, rules

        text = json.dumps(
            rules.to_file(queries.evidence(arguments.record), _root()), ensure_ascii=False, indent=1
        )
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


def purge_record(arguments: argparse.Namespace) -> int:
    """Take the words out of a record."""
    with boot.ready():
        from tongban.foundation.ledger import operations

        operations.purge(id=arguments.record, law=arguments.law, by=actor(arguments), at=clock.now())
    say(N_("记录 {id} 的内容已清除；它在账本中的位置和证明仍然成立。"), id=arguments.record)
    return 0


def verify_evidence(arguments: argparse.Namespace) -> int:
    """Verify a file, or the whole ledger; exit code 1 when it does not hold."""
    if arguments.file:
        return verify_file(arguments)
    return _whole.verify(_read(arguments.root) if arguments.root else None, as_json=arguments.json)


def verify_file(arguments: argparse.Namespace) -> int:
    """Verify evidence by itself."""
    boot.set_up_django()
    from tongban.foundation.attestation import queries, rules
    from tongban.foundation.ledger.rules import pseudonym

    data, given = _read(arguments.file), _read(arguments.root) if arguments.root else None
    if data.startswith(ARCHIVE):
        return _court.verify_container(data, given, as_json=arguments.json)
    evidence, named = rules.from_file(data)
    trusted = given or named
    found = queries.check(evidence, trusted)
    if arguments.json:
        print_json({
            "holds": not found.problem, "problem": found.problem, "number": found.number, "size": found.size,
            "signed_at": found.signed_at.isoformat() if found.signed_at else None, "root": found.root,
            "root_given": bool(arguments.root),
            "openings": {pseudonym(one): f"{one.kind}:{one.id}" for one in evidence.openings},
        })  # fmt: skip
        return _court.verified(bool(found.problem), given is not None)
    if found.problem:
        say(found.problem)
        return 1
    entry = evidence.entry
    if given is None:
        say(_court.NOBODY_TRUSTED)
    say("属实：第 {number} 条记录在 {size} 条的账本中，账本签名于 {at}。", number=found.number, size=found.size,
        at=found.signed_at)  # fmt: skip
    who, what = entry.by.name or entry.by.id, f"{entry.subject.kind}:{entry.subject.id}"
    print(entry.at.isoformat(), who, entry.act, what)
    for one in evidence.openings:
        say(OPENED, pseudonym=pseudonym(one), who=f"{one.kind}:{one.id}")
    if not arguments.root:
        say("根证书取自文件本身，请与城市公布的指纹核对：{fingerprint}", fingerprint=found.root)
    return _court.verified(False, given is not None)


def _root() -> bytes:
    from tongban.foundation.trust import queries

    data = queries.root()
    if data is None:
        raise NotFound("no-root", "这个系统还没有根证书：还没有签过任何东西。")
    return data


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_FILE)
    except OSError as wrong:
        raise Invalid(
            "cannot-read", "读不了文件 {file}：{reason}", file=str(file), reason=str(wrong.strerror)
        ) from wrong

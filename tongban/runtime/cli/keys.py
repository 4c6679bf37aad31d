"""``tongban keys``: the keys of this installation. No command shows one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import Invalid
from tongban.runtime import boot
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor, print_json


def add(commands: Any) -> None:
    """Register the command's arguments."""
    keys = commands.add_parser("keys", help="list, rotate and wrap data keys", description=__doc__)
    actions = keys.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="list the data keys by purpose and version")
    listing.add_argument("--json", action="store_true", help="for machines")
    listing.set_defaults(func=show)
    rotation = actions.add_parser("rotate", help="make a new current key; older ones stay readable")
    rotation.add_argument("purpose", nargs="*", help="default: all purposes")
    rotation.add_argument("--suite", choices=("international", "national"), help="go over to this suite")
    add_actor(rotation)
    rotation.set_defaults(func=rotate)
    wrapping = actions.add_parser("rewrap", help="wrap all data keys by a new master key")
    wrapping.add_argument("--before", required=True, type=Path, help="file with the master key used till now")
    add_actor(wrapping)
    wrapping.set_defaults(func=rewrap)


def show(arguments: argparse.Namespace) -> int:
    """List the keys."""
    with boot.ready():
        from tongban.foundation.trust import queries

        states = queries.key_states()
    if arguments.json:
        print_json([{**_fields(state), "made_at": state.made_at.isoformat()} for state in states])
        return 0
    for state in states:
        mark = "*" if state.is_current else " "
        print(
            f"{mark} {state.purpose}  {state.kind}  v{state.version}  {state.suite}  {state.made_at:%Y-%m-%d}"
        )
    return 0


def rotate(arguments: argparse.Namespace) -> int:
    """Make new keys."""
    with boot.ready():
        from tongban.foundation.trust import operations, queries

        known = {state.purpose for state in queries.key_states() if state.kind == "data"}
        unknown = set(arguments.purpose) - known
        if unknown:
            raise Invalid(
                "no-such-purpose", "没有用途为“{purpose}”的密钥。", purpose="、".join(sorted(unknown))
            )
        for purpose in sorted(arguments.purpose or known):
            by, at = actor(arguments), clock.now()
            version = operations.rotate_key(purpose=purpose, suite=arguments.suite, by=by, at=at)
            say("{purpose}：现用第 {version} 版密钥", purpose=purpose, version=version)
    return 0


def rewrap(arguments: argparse.Namespace) -> int:
    """Wrap the data keys by the present master key."""
    if not arguments.before.is_file():
        raise Invalid("no-such-file", "找不到文件 {path}。", path=arguments.before)
    before = arguments.before.read_text("utf-8").strip()
    with boot.ready():
        from tongban.foundation.trust import operations

        count = operations.change_master_key(before=before, by=actor(arguments), at=clock.now())
    say("{count} 把数据密钥已改由新的主密钥保护。", count=count)
    return 0


def _fields(state: Any) -> dict[str, Any]:
    return {name: getattr(state, name) for name in state.__slots__}

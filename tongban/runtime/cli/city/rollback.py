"""``tongban city rollback CODE --to N --why …``: publish an older version again, as a new one."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor, print_json

MSG_DONE = N_("“{code}”已回到第 {to} 版的内容，作为第 {number} 版公布。")
MSG_FOLDER = N_(
    "注意：文件夹里仍是另一种写法。它不改，以后的装载都保持这次回退；改动它再装载，就公布新的写法。"
)


def add(verbs: Any) -> None:
    """Register ``tongban city rollback``."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        "rollback", help="publish an older version of an item or bundle again, as a new version"
    )
    parser.add_argument("code", help="code of the item or bundle")
    parser.add_argument("--to", type=int, required=True, metavar="N", help="the version to go back to")
    parser.add_argument("--why", required=True, help="kept with the new version")
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    add_actor(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Go back and say what the folder says meanwhile."""
    with boot.ready():
        from tongban.kernel.clock import now
        from tongban.runtime.returning import return_to

        returned = return_to(
            arguments.code, arguments.to, why=arguments.why.strip(), by=actor(arguments), at=now()
        )
    if arguments.json:
        print_json(
            {"code": arguments.code, "version": returned.number, "folder_differs": returned.folder_differs}
        )
        return 0
    say(MSG_DONE, code=arguments.code, to=arguments.to, number=returned.number)
    if returned.folder_differs:
        say(MSG_FOLDER)
    return 0

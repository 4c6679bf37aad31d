"""``tongban staff``: accounts of staff, for the first of them and for days when no officer can sign in."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor


def add(commands: Any) -> None:
    """Register the command's arguments."""
    staff = commands.add_parser("staff", help="open, close and reset accounts of staff", description=__doc__)
    actions = staff.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, func, words in (
        ("open", open_account, "open an account and print a password for the first sign-in"),
        ("close", close_account, "close an account at once"),
        ("reset", reset_factors, "remove the second factors of somebody who lost them"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("code", help="staff code, as in government/staff.yaml")
        add_actor(action)
        action.set_defaults(func=func)
    listing = actions.add_parser("officers", help="list the three officers")
    listing.set_defaults(func=officers)


def open_account(arguments: argparse.Namespace) -> int:
    """Open an account."""
    with boot.ready():
        from tongban.foundation.identity import operations

        _, password = operations.open_staff_account(staff=arguments.code, by=actor(arguments), at=clock.now())
    say(
        N_("{code} 的账户已开立。第一次登录的密码：{password}（登录后必须更换，并添加第二重验证）"),
        code=arguments.code,
        password=password,
    )
    return 0


def close_account(arguments: argparse.Namespace) -> int:
    """Close an account."""
    with boot.ready():
        from tongban.foundation.identity import operations

        operations.close_staff_account(staff=arguments.code, by=actor(arguments), at=clock.now())
    say(N_("{code} 的账户已停用。"), code=arguments.code)
    return 0


def reset_factors(arguments: argparse.Namespace) -> int:
    """Remove second factors."""
    with boot.ready():
        from tongban.foundation.identity import operations

        operations.reset_second_factor(staff=arguments.code, by=actor(arguments), at=clock.now())
    say(N_("{code} 的第二重验证已清除，下次登录时重新添加。"), code=arguments.code)
    return 0


def officers(arguments: argparse.Namespace) -> int:
    """List the three officers."""
    with boot.ready():
        from tongban.foundation.identity import queries

        for duty, codes in queries.officers().items():
            print(duty, *codes)
    return 0

"""``tongban systems``: departments' own systems that sign on here (OpenID Connect)."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import say
from tongban.runtime.cli.staff import operator
from tongban.runtime.terminal import add_actor


def add(commands: Any) -> None:
    """Register the command's arguments."""
    systems = commands.add_parser("systems", help="register systems that sign on here", description=__doc__)
    actions = systems.add_subparsers(dest="action", required=True, metavar="ACTION")
    register = actions.add_parser("register", help="register a system and print its secret, once")
    register.add_argument("code", help="client id: short, lower case, never changed")
    register.add_argument("name", help="what people call it")
    register.add_argument("--callback", action="append", required=True, metavar="URL", help="where codes go")
    register.add_argument("--after-logout", action="append", default=[], metavar="URL")
    register.add_argument(
        "--scope", action="append", choices=("profile", "staff"), default=[], help="more than openid"
    )
    add_actor(register)
    register.set_defaults(func=register_system)


def register_system(arguments: argparse.Namespace) -> int:
    """Register a system."""
    with boot.ready():
        from tongban.foundation.identity import operations

        secret = operations.register_system(
            code=arguments.code,
            name=arguments.name,
            redirect_uris=arguments.callback,
            after_logout=arguments.after_logout,
            scopes=["openid", *arguments.scope],
            by=operator(arguments),
            at=clock.now(),
        )
    say(N_("{code} 已登记。密钥只显示这一次：{secret}"), code=arguments.code, secret=secret)
    return 0

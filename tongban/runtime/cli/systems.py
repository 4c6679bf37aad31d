"""``tongban systems``: departments' own systems that sign on here (OpenID Connect)."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor

SCOPES = ("profile", "staff", "cases:read", "cases:write", "licences:read", "messages:read")


def add(commands: Any) -> None:
    """Register the command's arguments."""
    systems = commands.add_parser("systems", help="register systems that sign on here", description=__doc__)
    actions = systems.add_subparsers(dest="action", required=True, metavar="ACTION")
    register = actions.add_parser("register", help="register a system and print its secret, once")
    register.add_argument("code", help="client id: short, lower case, never changed")
    register.add_argument("name", help="what people call it")
    register.add_argument("--callback", action="append", required=True, metavar="URL", help="where codes go")
    register.add_argument("--after-logout", action="append", default=[], metavar="URL")
    register.add_argument("--told-of-logout", default="", metavar="URL", help="back-channel logout")
    register.add_argument(
        "--scope", action="append", choices=SCOPES, default=[], help="more than openid; all but profile and"
        " staff are asked of the person each time",
    )  # fmt: skip
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
            told_of_logout=arguments.told_of_logout,
            scopes=["openid", *arguments.scope],
            by=actor(arguments),
            at=clock.now(),
        )
    say(N_("{code} 已登记。密钥只显示这一次：{secret}"), code=arguments.code, secret=secret)
    return 0

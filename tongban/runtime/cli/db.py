"""``tongban db``: the database of this installation."""

from __future__ import annotations

import argparse
import os
import subprocess
from typing import Any

from tongban.runtime import boot, environment
from tongban.runtime.cli import say


def add(commands: Any) -> None:
    """Register the command's arguments."""
    db = commands.add_parser("db", help="migrate, open or stop the database")
    actions = db.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text, func in (
        ("migrate", "bring the tables up to date", migrate),
        ("shell", "open psql", shell),
        ("url", "print the address of the database (it answers while something runs)", url),
        ("stop", "stop the embedded server, whoever uses it", stop),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.set_defaults(func=func)
    manage_parser = actions.add_parser("manage", help="run a management command of Django")
    manage_parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="COMMAND …")
    manage_parser.set_defaults(func=manage)


def migrate(arguments: argparse.Namespace) -> int:
    """Bring the tables up to date."""
    with boot.ready(migrate=False):
        changed = boot.bring_tables_up_to_date()
    say("数据表已更新。" if changed else "数据表已是最新。")
    return 0


def shell(arguments: argparse.Namespace) -> int:
    """Open psql on the database."""
    from tongban.runtime.postgres.binaries import program

    with boot.database_url() as address:
        return subprocess.run([str(program("psql")), address], check=False).returncode


def url(arguments: argparse.Namespace) -> int:
    """Print the address of the database, password included."""
    from tongban.runtime.database import NAME, embedded

    settings = environment.read(os.environ)
    print(settings.database_url or embedded(settings).url(NAME))
    return 0


def stop(arguments: argparse.Namespace) -> int:
    """Stop the embedded server."""
    from tongban.runtime.database import embedded
    from tongban.runtime.postgres import server

    stopped = server.stop(embedded(environment.read(os.environ)))
    say("PostgreSQL 已停止。" if stopped else "PostgreSQL 没有在运行。")
    return 0


def manage(arguments: argparse.Namespace) -> int:
    """Run a management command of Django, such as makemigrations."""
    from django.core.management import execute_from_command_line

    with boot.ready(migrate=False):
        execute_from_command_line(["tongban db manage", *arguments.rest])
    return 0

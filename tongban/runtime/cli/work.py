"""``tongban work``: deliver events and timers as they come, until it is told to stop."""

from __future__ import annotations

import argparse
import dataclasses
import os
from typing import Any

from tongban.kernel import clock
from tongban.runtime import boot, environment, processes
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor, print_json


def add(commands: Any) -> None:
    """Register the command's arguments."""
    work = commands.add_parser("work", help="deliver events, timers and messages", description=__doc__)
    work.add_argument("--once", action="store_true", help="deliver what is due now, then stop")
    work.add_argument("--failed", action="store_true", help="list the deliveries that have failed")
    work.add_argument(
        "--retry", nargs="?", const="all", metavar="NUMBER", help="try a failed delivery again, or all"
    )
    work.add_argument("--json", action="store_true", help="for machines")
    work.add_argument(
        "--until-parent-ends", action="store_true", help="stop when the process that started this one ends"
    )
    add_actor(work)
    work.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Work, or list or retry what failed."""
    if arguments.until_parent_ends:
        processes.never_outlive_parent()
    # Whoever starts the worker beside the pages has brought the tables up to date.
    with boot.ready(migrate=not arguments.until_parent_ends):
        if arguments.failed:
            return show_failed(as_json=arguments.json)
        if arguments.retry:
            return retry(arguments)
        if arguments.once:
            return once()
        return work()


def work() -> int:
    """Deliver until a signal; what is under way is finished first."""
    from tongban.runtime import crew, working

    members = working.members(os.environ["DATABASE_URL"], environment.read(os.environ).deliverers)
    crew.run_until_told(members[0]() if len(members) == 1 else crew.Crew(members))
    return 0


def once() -> int:
    """Deliver what is due now."""
    from tongban.foundation.outbox import operations

    total = 0
    while done := operations.deliver(at=clock.now()):
        total += done
    say("已处理 {count} 件待办事件。", count=total)
    return 0


def show_failed(*, as_json: bool) -> int:
    """List the deliveries that failed; exit code 1 when there are any."""
    from tongban.foundation.outbox import queries

    troubles = queries.troubles()
    if as_json:
        print_json([_as_json(dataclasses.asdict(trouble)) for trouble in troubles])
        return 1 if troubles else 0
    for trouble in troubles:
        reason = trouble.error.splitlines()[-1] if trouble.error else ""
        print(f"{trouble.number}  {trouble.what} → {trouble.handler}  ×{trouble.attempts}  {reason}")
        if trouble.next_at is None:
            say("    不再自动重试；排除原因后运行：tongban work --retry {number}", number=trouble.number)
        else:
            say("    下次重试：{at}", at=trouble.next_at.astimezone(clock.SHANGHAI).isoformat(" ", "seconds"))
        if trouble.waiting_behind:
            say("    同一对象还有 {count} 件事件在等它", count=trouble.waiting_behind)
    if not troubles:
        say("没有处理失败的事件。")
    return 1 if troubles else 0


def retry(arguments: argparse.Namespace) -> int:
    """Try failed deliveries again; a running worker takes them at once."""
    from tongban.foundation.outbox import operations
    from tongban.kernel.errors import Invalid

    wanted = arguments.retry
    if wanted != "all" and not (wanted.isascii() and wanted.isdigit()):
        raise Invalid("not-a-number", "“{text}”不是编号；编号见 tongban work --failed。", text=wanted)
    number = None if wanted == "all" else int(wanted)
    count = operations.retry(number=number, by=actor(arguments), at=clock.now())
    say("{count} 件事件将重新处理。", count=count)
    return 0


def _as_json(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "next_at": fields["next_at"].isoformat() if fields["next_at"] else None}

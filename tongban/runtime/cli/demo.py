"""``tongban demo``: build the demonstration's history, say how far it is, answer for its departments' systems."""

from __future__ import annotations

import argparse
import dataclasses
import os
import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tongban.kernel.errors import N_, NotFound
from tongban.runtime import boot, departments, environment, processes
from tongban.runtime.cli import say
from tongban.runtime.terminal import actor, add_actor, print_json

if TYPE_CHECKING:
    from tongban.demo.types import Status

DAYS, SEED = 90, 1
NICER = 10
MSG_BUILT = N_("演示历史：{cases} 件办件，到 {until} 为止，已生成（种子 {seed}）。")
MSG_GOES = N_("演示历史：已生成 {percent}%（{done}/{cases} 件，演到 {day}）。")
MSG_NONE = N_("还没有演示历史；运行 tongban demo build 生成。")
MSG_NO_SYSTEMS = N_("{department}在演示里没有系统；有的是：{known}。")
MSG_TROUBLE = {
    "slow": N_("{department} 的系统现在答得很慢。"),
    "dead": N_("{department} 的系统现在不应答。"),
    "well": N_("{department} 的系统恢复正常。"),
}
MSG_LEFT = N_("其中 {left} 件没有演完：有人在生成期间动过它们。")


def add(commands: Any) -> None:
    """Register the command's arguments."""
    demo = commands.add_parser("demo", help="the demonstration's history", description=__doc__)
    actions = demo.add_subparsers(dest="action", required=True, metavar="ACTION")
    build = actions.add_parser("build", help="build it, or go on where it was interrupted; never twice")
    build.add_argument("--days", type=_count, default=DAYS, help=f"how many days, ending now ({DAYS})")
    build.add_argument("--cases", type=_count, default=None, help="how many cases (TONGBAN_DEMO_CASES, 2000)")
    build.add_argument(
        "--seed", type=int, default=SEED, help=f"the same seed gives the same history ({SEED})"
    )
    build.add_argument(
        "--until-parent-ends", action="store_true", help="stop when the process that started this one ends"
    )
    add_actor(build)
    build.set_defaults(func=run)
    status = actions.add_parser("status", help="say how far it is")
    status.add_argument("--digest", action="store_true", help="with the digest: equal for equal histories")
    status.add_argument("--json", action="store_true", help="for machines")
    status.set_defaults(func=show)
    _add_departments(actions)


def _add_departments(actions: Any) -> None:
    serving = actions.add_parser("departments", help="answer for the departments' systems, until Ctrl-C")
    serving.add_argument(
        "--until-parent-ends", action="store_true", help="stop when the process that started this one ends"
    )
    serving.set_defaults(func=serve)
    trouble = actions.add_parser("trouble", help="have a department's systems be slow or dead, or well again")
    trouble.add_argument("department", help="its code, such as public-security")
    trouble.add_argument("how", choices=("slow", "dead", "well"))
    trouble.set_defaults(func=make_trouble)

    owned = actions.add_parser(
        "things", help="numbers of the cars and projects that the invented people can write into a form"
    )
    owned.add_argument("--json", action="store_true", help="for machines")
    owned.set_defaults(func=show_things)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def run(arguments: argparse.Namespace) -> int:
    """Build the history in a process that leaves others the machine."""
    if arguments.until_parent_ends:
        processes.never_outlive_parent()
        os.nice(NICER)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # every act is one transaction: ending in its midst undoes it
    cases = arguments.cases or environment.read(os.environ).demo_cases
    if not cases:
        return 0
    with boot.ready(migrate=not arguments.until_parent_ends), ExitStack() as stack:
        from tongban.demo import operations, queries
        from tongban.kernel.clock import now

        before = queries.status()
        if before is not None and before.is_finished and arguments.until_parent_ends:
            return 0
        settings = environment.read(os.environ)
        if settings.demonstration and not departments.is_answering(settings):
            stack.enter_context(departments.answering(settings))
        built = operations.build(
            seed=arguments.seed,
            days=arguments.days,
            cases=cases,
            tell=_Teller().tell,
            by=actor(arguments),
            at=now(),
        )
        _say(built)
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Answer for the departments until told to stop."""
    if arguments.until_parent_ends:
        processes.never_outlive_parent()
    with boot.ready(migrate=not arguments.until_parent_ends):
        from tongban.demo.errors import NoDemonstration

        settings = environment.read(os.environ)
        if not settings.demonstration:
            raise NoDemonstration
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, frame: ended.set())
        with departments.answering(settings, is_lively=True):
            boot.disconnect()
            ended.wait()
    return 0


def make_trouble(arguments: argparse.Namespace) -> int:
    """Note what is to be the matter with a department's systems; who answers for them sees it at once."""
    from tongban.demo.departments.troubles import Trouble, Troubles

    settings, department = environment.read(os.environ), arguments.department
    how = None if arguments.how == "well" else Trouble(arguments.how)
    with boot.ready(migrate=False):
        from tongban.demo.departments import publishing

        known = sorted({one.department for one in publishing.offered().values()})
        if department not in known:
            raise NotFound("demo-no-systems", MSG_NO_SYSTEMS, department=department, known="、".join(known))
    Troubles(settings.state / departments.TROUBLES).put(department, how)
    say(MSG_TROUBLE[arguments.how], department=department)
    return 0


class _Teller:
    """Says how far it is, in one line for every tenth."""

    def __init__(self) -> None:
        self._said = -1

    def tell(self, status: Status) -> None:
        """Say it when another tenth is done."""
        if status.percent // 10 > self._said:
            self._said = status.percent // 10
            _say(status)


def show(arguments: argparse.Namespace) -> int:
    """Say how far it is; exit code 1 while there is none or it is being built."""
    with boot.ready():
        from tongban.demo import queries

        status = queries.status()
        digest = queries.digest() if arguments.digest else ""
    if arguments.json:
        print_json(_plain(status, digest))
    elif status is None:
        say(MSG_NONE)
    else:
        _say(status)
        if digest:
            print(digest)
    return 0 if status is not None and status.is_finished else 1


def _say(status: Status) -> None:
    if status.is_finished:
        say(MSG_BUILT, cases=status.cases_done, until=status.until, seed=status.seed)
        if status.left:
            say(MSG_LEFT, left=status.left)
        return
    day = status.played_to.date() if status.played_to else "—"
    say(MSG_GOES, percent=status.percent, done=status.cases_done, cases=status.cases, day=day)


def _plain(status: Status | None, digest: str) -> dict[str, Any]:
    if status is None:
        return {"begun": False}
    fields = {
        name: getattr(value, "isoformat", lambda value=value: value)()
        for name, value in dataclasses.asdict(status).items()
    }
    return {"begun": True, "percent": status.percent, **fields} | ({"digest": digest} if digest else {})


def show_things(arguments: argparse.Namespace) -> int:
    """Say by which numbers the departments know what those of the sign-in page, and their companies, have."""
    boot.set_up_django()
    from tongban.demo import queries

    found = queries.things()
    if arguments.json:
        print_json([dataclasses.asdict(one) for one in found])
        return 0
    for one in found:
        print(*filter(None, (one.owner, one.vin, one.project)), sep="  ")
    return 0

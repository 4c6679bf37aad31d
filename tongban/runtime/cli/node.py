"""``tongban node``: districts' nodes, and this installation's place among them.

On the city's machine ``node up pudong`` does everything. A district on a machine of its own is given the city's anchor
(``node anchor``), joins with it (``node join``), is admitted (``node admit``), and comes up with TONGBAN_NODE set.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid
from tongban.runtime import boot, environment, processes
from tongban.runtime.cli import say
from tongban.runtime.environment import Environment
from tongban.runtime.terminal import actor, add_actor, print_json

DOWN_SECONDS = 30.0
HOSTS = "under which its own members call it, where that is not the address"


def add(commands: Any) -> None:
    """Register the command's arguments."""
    node = commands.add_parser(
        "node", help="districts' nodes and the directory they share", description=__doc__
    )
    actions = node.add_subparsers(dest="action", required=True, metavar="ACTION")
    up = actions.add_parser("up", help="start districts' nodes on this machine, until Ctrl-C")
    up.add_argument("codes", nargs="*", metavar="CODE", help="a district's code: pudong, xuhui …")
    up.add_argument("--all", action="store_true", help="all districts of the city")
    up.add_argument(
        "--until-parent-ends", action="store_true", help="stop when the process that started this one ends"
    )
    add_actor(up)
    up.set_defaults(func=bring_up)
    down = actions.add_parser("down", help="end districts' nodes that run on this machine")
    down.add_argument("codes", nargs="+", metavar="CODE")
    down.set_defaults(func=bring_down)
    for name, text, func in (
        ("list", "list the nodes of the directory", show_nodes),
        ("state", "show how far this node is with the others, and who witnesses its ledger", show_state),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--json", action="store_true", help="for machines")
        action.set_defaults(func=func)
    _add_far(actions)


def _add_far(actions: Any) -> None:
    anchor = actions.add_parser("anchor", help="write what a new node has to be given to know the city")
    anchor.add_argument("file", type=Path)
    anchor.add_argument("--host", action="append", default=[], metavar="HOST:PORT", help=HOSTS)
    add_actor(anchor)
    anchor.set_defaults(func=write_anchor)
    join = actions.add_parser("join", help="make this installation a district's node; write its request")
    join.add_argument("name", help="what people call it")
    join.add_argument("address", help="where other nodes ask it: https://…")
    join.add_argument("--host", action="append", default=[], metavar="HOST:PORT", help=HOSTS)
    join.add_argument("--anchor", type=Path, required=True, help="the file that the city gave")
    join.add_argument("--request", type=Path, required=True, help="the file for the city")
    add_actor(join)
    join.set_defaults(func=join_city)
    admit = actions.add_parser("admit", help="let a district's node take part")
    admit.add_argument("file", type=Path, help="its request")
    add_actor(admit)
    admit.set_defaults(func=admit_node)
    retire = actions.add_parser("retire", help="take a district's node out of the federation")
    retire.add_argument("code")
    retire.add_argument("--reason", required=True)
    add_actor(retire)
    retire.set_defaults(func=retire_node)


def bring_up(arguments: argparse.Namespace) -> int:
    """Prepare and serve nodes until a signal."""
    if arguments.until_parent_ends:
        processes.never_outlive_parent(seconds=60)
    settings, began = environment.read(os.environ), time.monotonic()
    with boot.database_url():
        boot.set_up_django(boot.NODE_SETTINGS)
        from tongban.runtime import crew
        from tongban.runtime.nodes import demonstrating

        servers, systems = (_own(settings), None) if settings.node else _of_city(settings, arguments)
        for server in servers:
            say(N_("节点 {code}：{address}"), code=server.code, address=f"http://{server.host}:{server.port}")
        if systems:
            say(N_("演示用的区级部门系统在 {address} 应答：{services} 个服务。"), address=systems.address,
                services=len(systems.resources))  # fmt: skip
        say(
            N_("{count} 个节点已启动（用时 {seconds} 秒；按 Ctrl-C 停止）。"),
            count=len(servers),
            seconds=f"{time.monotonic() - began:.1f}",
        )
        with demonstrating.answering(systems):
            crew.run_until_told(crew.Crew([partial(_same, one) for one in servers], are_servers=True))
    return 0


def _same(server: Any) -> Any:
    return server


def _own(settings: Environment) -> list[Any]:
    """Return the one node that this installation is; it has joined before."""
    from tongban.datahub.nodes import queries
    from tongban.runtime.nodes import apart, starting
    from tongban.runtime.nodes.serving import NodeServer

    variables = {"TONGBAN_NODE": settings.node, "DATABASE_URL": os.environ["DATABASE_URL"]}
    apart.run_as(variables, boot.bring_tables_up_to_date)
    if apart.run_as(variables, queries.find_here) is None:
        raise Invalid("not-joined", N_("这个节点还没有加入。请先运行 tongban node join。"))
    folder = starting.folder_of(settings, settings.node)
    return [NodeServer(settings.node, variables, folder, processes.HOST, settings.port)]


def _of_city(settings: Environment, arguments: argparse.Namespace) -> tuple[list[Any], Any]:
    """Return the nodes of the districts that are named, and a demonstration's systems of their departments."""
    from tongban.runtime.nodes import apart, demonstrating, starting
    from tongban.runtime.nodes.alone import only_one

    city = {"TONGBAN_NODE": "", "DATABASE_URL": os.environ["DATABASE_URL"]}
    known: dict[str, str] = apart.run_as(city, starting.districts)
    codes = list(known) if arguments.all else list(dict.fromkeys(arguments.codes))
    if not codes:
        raise Invalid("which-node", N_("请写明节点代码，或者用 --all。"))
    if unknown := [code for code in codes if code not in known]:
        raise Invalid("no-such-district", N_("没有这个区：{node}。"), node="、".join(unknown))
    ranks = {code: rank for rank, code in enumerate(known)}
    if settings.database_url:
        raise Invalid(
            "own-database",
            N_("使用 DATABASE_URL 时，每个节点要设 TONGBAN_NODE 和自己的 DATABASE_URL，先 join 再 up。"),
        )
    with ExitStack() as locks:  # until they are ready; then each has its own
        for code in codes:
            locks.enter_context(only_one(starting.folder_of(settings, code), code))
        starting.prepare_tables(settings)
        places = [starting.place(settings, code, known[code], rank=ranks[code]) for code in codes]
        servers = starting.found(settings, places, city, by=actor(arguments))
        return servers, demonstrating.systems_of(settings, places, city) if settings.demonstration else None


def bring_down(arguments: argparse.Namespace) -> int:
    """End nodes of this machine, and wait until they have."""
    from tongban.runtime.postgres.cluster import is_alive

    settings, code = environment.read(os.environ), 0
    for name in arguments.codes:
        file = settings.state / "nodes" / name / "pid"
        pid = int(file.read_text("ascii")) if file.exists() else 0
        if not pid or not is_alive(pid):
            say(N_("节点 {code} 没有在运行。"), code=name)
            code = 1
            continue
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + DOWN_SECONDS
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        say(N_("节点 {code} 已停止。"), code=name)
    return code


def show_nodes(arguments: argparse.Namespace) -> int:
    """List the nodes of the directory."""
    with boot.ready():
        from tongban.datahub.nodes import queries

        found = queries.nodes()
    if arguments.json:
        print_json([
            {"code": one.code, "name": one.name, "address": one.address, "is_here": one.is_here, "is_active": one.is_active}
            for one in found
        ])  # fmt: skip
        return 0
    for one in found:
        print(f"{one.code:<12} {one.address:<28} {one.name}{'' if one.is_active else '  ×'}")
    if not found:
        say(N_("还没有节点。运行 tongban node up CODE 启动一个区的节点。"))
    return 0


def show_state(arguments: argparse.Namespace) -> int:
    """Show how far this node is with the others; exit code 1 when one is silent, it is cut off, a ledger was rewritten."""
    with boot.ready():
        from tongban.datahub.nodes import queries
        from tongban.foundation.attestation import queries as attested

        here, at = queries.find_here(), clock.now()
        standings, last = queries.standings(), queries.log_position()
        witnesses = [one.code for one in attested.witnesses()]
        rewritten, is_cut_off = queries.rewritten_ledgers(), queries.is_cut_off(at)
        names = {one.code: one.name for one in queries.nodes() if one.is_active}
        silent = {one.node for one in queries.silent(at)}
    code = int(here is None or is_cut_off or bool(rewritten or silent))
    if arguments.json:
        print_json({
            "node": here.code if here else None, "position": last, "witnesses": witnesses, "cut_off": is_cut_off,
            "rewritten": list(rewritten), "silent": sorted(silent),
            "standings": [
                {"node": one.node, "received": one.received, "told": one.told,
                 "fresh_at": one.fresh_at.isoformat() if one.fresh_at else None}
                for one in standings
            ],
        })  # fmt: skip
        return code
    if here is None:
        say(N_("这里还不是节点。请先运行 tongban node up 或 tongban node join。"))
        return code
    say(N_("节点 {code}：目录写到第 {position} 位，账本由 {witnesses} 见证。"), code=here.code, position=last,
        witnesses="、".join(witnesses) or "-")  # fmt: skip
    for one in standings:
        if one.node in names:
            _say_standing(one, names[one.node], is_silent=one.node in silent, is_city=here.is_city)
    for one_code in rewritten:
        say(
            N_(
                "警告：节点 {code} 的账本前后不一致，或者对不同节点出示的不一样，详见账本记录 attestation.log_rewritten 和 nodes.views_differ。"
            ),
            code=one_code,
        )
    if is_cut_off:
        say(N_("本节点还没有与市级节点取得一致，或者失去联系已超过一天，不再应答。"))
    return code


def _say_standing(one: Any, name: str, *, is_silent: bool, is_city: bool) -> None:
    moment = one.fresh_at.astimezone(clock.SHANGHAI).isoformat(" ", "seconds") if one.fresh_at else "-"
    if is_city:
        say(N_("  {name}（{node}）：最近一致于 {at}，收到它登记的第 {received} 位"), name=name, node=one.node,
            at=moment, received=one.received)  # fmt: skip
    else:
        say(N_("  {name}（{node}）：最近一致于 {at}，收到第 {received} 位，对方收到第 {told} 位"), name=name,
            node=one.node, at=moment, received=one.received, told=one.told)  # fmt: skip
    if is_silent:
        say(N_("警告：节点 {node} 从 {at} 起没有应答。"), node=one.node, at=moment)


def write_anchor(arguments: argparse.Namespace) -> int:
    """Write the city's anchor."""
    with boot.ready():
        from tongban.runtime.nodes import starting

        settings = environment.read(os.environ)
        address = settings.address or starting.address_of_city(settings)
        arguments.file.write_bytes(starting.city_anchor(address, arguments.host, actor(arguments)))
    return 0


def join_city(arguments: argparse.Namespace) -> int:
    """Join the city's federation."""
    settings = environment.read(os.environ)
    if not settings.node:
        raise Invalid("node-not-named", N_("请设环境变量 TONGBAN_NODE 为本节点的代码。"))
    with boot.ready():
        from tongban.datahub.nodes import operations
        from tongban.kernel.types import SYSTEM

        by, at = actor(arguments), clock.now()
        request = operations.join(
            code=settings.node, name=arguments.name, address=arguments.address,
            hosts=arguments.host, anchor=_read(arguments.anchor),
            by=by, at=at,
        )  # fmt: skip
        operations.say_everything(by=SYSTEM, at=at)
    arguments.request.write_bytes(request)
    return 0


def admit_node(arguments: argparse.Namespace) -> int:
    """Admit a node."""
    with boot.ready():
        from tongban.datahub.nodes import operations

        node = operations.admit(request=_read(arguments.file), by=actor(arguments), at=clock.now())
    say(N_("节点 {code} 已加入目录：{address}"), code=node.code, address=node.address)
    return 0


def retire_node(arguments: argparse.Namespace) -> int:
    """Retire a node."""
    with boot.ready():
        from tongban.datahub.nodes import operations

        operations.retire(code=arguments.code, reason=arguments.reason, by=actor(arguments), at=clock.now())
    say(N_("节点 {code} 已停用。"), code=arguments.code)
    return 0


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as wrong:
        raise Invalid(
            "cannot-read", "读不了文件 {file}：{reason}", file=str(file), reason=str(wrong.strerror)
        ) from wrong

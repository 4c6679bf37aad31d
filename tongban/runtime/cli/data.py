"""``tongban data``: take the lists of data in, state demands, see what the lists are worth."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel.errors import N_, Failure
from tongban.kernel.language import translate
from tongban.runtime import boot, environment
from tongban.runtime.cli import in_words, language, say
from tongban.runtime.terminal import actor, add_actor, folder_of, print_json

if TYPE_CHECKING:
    from tongban.datahub.resources.types import Coverage
    from tongban.runtime.data_lists import Account

LISTS = {"resources": "resource", "duties": "duty", "demands": "demand", "negatives": "negative"}
MSG_ROWS = N_("{rows} 行：{accepted} 行可用，{rejected} 行退回。")
MSG_ABSENT = N_("没有的列：{names}。已有的条目这些内容不变；有列而格子空着的，清掉原来的内容。")
MSG_WRITTEN = N_("可用的行已写入清单。")
MSG_TRIED = N_("这是试运行，清单没有改动。")
MSG_REPORT = N_("退回的行和理由写在 {path}。")
MSG_COVERED = N_("{total} 份要群众提交的材料：")
MSG_STATED = N_(
    "{stated} 项需求已提出：{granted} 项同意，{refused} 项不同意，{queued} 项待答复；{failed} 项没有提出。"
)
MSG_OVERDUE = N_("{department} 的需求应由 {owner} 在 {due} 前答复：{resource}（{item}）")
MSG_UNPROVIDED = N_("{provider} 应在 {due} 前向 {consumer} 提供 {resource}，服务还没有发布。")
MSG_NOTHING = N_("没有。")
REACHES = {
    "granted": N_("已授权，不再要"),
    "owed": N_("清单里有，提出需求即可免交"),
    "demanded": N_("已列需求，没有责任清单"),
    "barred": N_("依法不予共享"),
    "asked": N_("还没有部门提出需求"),
}
ALL = 1_000_000


def add(commands: Any) -> None:
    """Register the command's arguments."""
    data = commands.add_parser("data", help="lists of data: import, coverage, demands", description=__doc__)
    actions = data.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_import(actions)
    _add_state(actions)
    for name, function, words in (
        ("coverage", cover, "how many materials the lists spare people"),
        ("unused", show_unused, "duties from which nobody demands anything"),
        ("repeated", show_repeated, "demands that one grant could serve together"),
        ("themes", show_themes, "the subject list of each theme"),
    ):
        parser = _report(actions, name, words)
        parser.add_argument("--city", metavar="FOLDER", help="look at a pack, without any database")
        parser.set_defaults(func=function)
    _report(actions, "overdue", "answers that are late").set_defaults(func=show_overdue)
    unprovided = _report(actions, "unprovided", "grants whose service the owner has not published")
    unprovided.set_defaults(func=show_unprovided)


def _add_import(actions: Any) -> None:
    taking = actions.add_parser("import", help="take a list in from CSV or Excel; bad rows go to a report")
    taking.add_argument("file", type=Path)
    taking.add_argument("--list", choices=tuple(LISTS), required=True, help="which list it is")
    taking.add_argument(
        "--map",
        default="",
        metavar="MAP",
        help="field=column,… or a YAML file; without it columns are guessed",
    )
    taking.add_argument("--dry-run", action="store_true", help="only judge the rows; needs no database")
    taking.add_argument("--report", type=Path, metavar="FILE", help="where refused rows and reasons go")
    taking.add_argument(
        "--city", metavar="FOLDER", help="the pack a dry run looks up (default: TONGBAN_CITY)"
    )
    taking.add_argument(
        "--why", default="", help="kept with every version; of the negative list: the document of the review"
    )
    taking.add_argument("--json", action="store_true", help="machine-readable answer")
    add_actor(taking)
    taking.set_defaults(func=take)


def _add_state(actions: Any) -> None:
    stating = actions.add_parser("state", help="state demands of the list; the lists answer at once")
    stating.add_argument(
        "codes", nargs="*", metavar="CODE", help="which; all that were never stated when left out"
    )
    stating.add_argument(
        "--promise",
        action="store_true",
        help="promise that they are true, lawful and kept safe; the law wants it",
    )
    stating.add_argument("--json", action="store_true", help="machine-readable answer")
    add_actor(stating)
    stating.set_defaults(func=state)


def _report(actions: Any, name: str, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=words)
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    return parser


def take(arguments: argparse.Namespace) -> int:
    """Import the list, or try it; 1 only when no row at all could be used."""
    from tongban.datahub.resources.types import ListKind

    kind = ListKind(LISTS[arguments.list])
    report = arguments.report or _default_report(arguments.file)
    if arguments.dry_run:
        boot.set_up_django()
        from tongban.runtime import data_lists

        folder = folder_of(arguments.city)
        account = data_lists.try_list(arguments.file, kind, arguments.map, report, folder, language())
    else:
        with boot.ready():
            from tongban.kernel.clock import now
            from tongban.runtime import data_lists

            by, why = actor(arguments), arguments.why
            account = data_lists.take_list(
                arguments.file, kind, arguments.map, report, language(), why, by, now()
            )
    if arguments.json:
        print_json(account.document() | {"dry_run": arguments.dry_run})
    else:
        _tell(account, arguments.dry_run)
    return int(account.rejected > 0 and not account.accepted)


def _default_report(file: Path) -> Path:
    return environment.read(os.environ).state / "imports" / f"{file.stem}-rejected.csv"


def _tell(account: Account, dry_run: bool) -> None:
    from tongban.datahub.resources.rules.importing import REASONS

    say(MSG_ROWS, rows=account.rows, accepted=account.accepted, rejected=account.rejected)
    for code, count in sorted(account.reasons.items(), key=lambda pair: -pair[1]):
        sentence = REASONS.get(code)
        print(f"  {count:>6}  {translate(sentence, language(), detail='…') if sentence else code}")
    if account.absent:
        say(MSG_ABSENT, names="、".join(account.absent))
    if account.report:
        say(MSG_REPORT, path=account.report)
    say(MSG_TRIED if dry_run else MSG_WRITTEN)


def state(arguments: argparse.Namespace) -> int:
    """State demands of the list and count the answers; 1 when one could not be stated."""
    with boot.ready():
        from tongban.datahub.resources import operations, queries
        from tongban.kernel.clock import now

        stated = {request.demand for request in queries.requests(size=ALL).items}
        codes = arguments.codes or [one.code for one in queries.demands() if one.code not in stated]
        answers: dict[str, str] = {}
        failures: dict[str, str] = {}
        for code in codes:
            try:
                id = operations.state_listed(
                    code=code, promised=arguments.promise, by=actor(arguments), at=now()
                )
                answers[code] = queries.get_request(id).state.value
            except Failure as failure:
                failures[code] = in_words(failure)
    counts = {name: list(answers.values()).count(name) for name in ("granted", "refused", "queued")}
    if arguments.json:
        print_json({"stated": len(answers), **counts, "answers": answers, "failures": failures})
    else:
        say(MSG_STATED, stated=len(answers), failed=len(failures), **counts)
        for code, words in failures.items():
            print(f"  {code}  {words}")
    return int(bool(failures))


def cover(arguments: argparse.Namespace) -> int:
    """Say how many materials the lists spare people, by the city or by a folder."""
    if arguments.city:
        found = _cover_folder(Path(arguments.city))
    else:
        with boot.ready():
            from tongban.datahub.resources import queries
            from tongban.kernel.clock import now
            from tongban.services.catalogue import queries as catalogue

            found = queries.coverage(catalogue.asked_of_people(catalogue.all_items().values()), at=now())
    counts = {reach.value: count for reach, count in found.counts.items()}
    if arguments.json:
        spared = [
            {"item": one.item, "material": one.material, "reach": one.reach.value, "demand": one.demand,
             "resource": one.resource, "duty": one.duty}
            for one in found.materials
        ]  # fmt: skip
        print_json({"materials": found.total, "counts": counts, "list": spared})
        return 0
    say(MSG_COVERED, total=found.total)
    for name, sentence in REACHES.items():
        print(f"  {counts[name]:>6}  {translate(sentence, language())}")
    return 0


def _cover_folder(folder: Path) -> Coverage:
    from tongban.datahub.resources.rules import coverage
    from tongban.kernel.clock import now
    from tongban.runtime.city import read_city
    from tongban.services.catalogue.rules.asking import asked_of_people

    pack, _ = read_city(folder)
    asked = asked_of_people(pack.items.values())
    return coverage.coverage(asked, pack.demands.values(), _lists(pack), (), now().date())


def _lists(pack: Any) -> Any:
    from tongban.datahub.resources.types import Lists

    return Lists(pack.resources, tuple(pack.data_duties.values()), tuple(pack.negatives.values()))


def show_unused(arguments: argparse.Namespace) -> int:
    """List duties that nobody uses."""
    if arguments.city:
        from tongban.datahub.resources.rules import coverage
        from tongban.runtime.city import read_city

        pack, _ = read_city(Path(arguments.city))
        found = coverage.unused(pack.data_duties.values(), pack.demands.values(), pack.resources)
    else:
        with boot.ready():
            from tongban.datahub.resources import queries

            found = queries.unused_duties()
    rows = [{"code": one.code, "department": one.department, "resource": one.resource} for one in found]
    return _show(rows, arguments.json)


def show_repeated(arguments: argparse.Namespace) -> int:
    """List demands that one grant could serve together."""
    if arguments.city:
        from tongban.datahub.resources.rules import coverage
        from tongban.runtime.city import read_city

        found = coverage.repeated(read_city(Path(arguments.city))[0].demands.values())
    else:
        with boot.ready():
            from tongban.datahub.resources import queries

            found = queries.repeated_demands()
    rows = [
        {"department": one.department, "resource": one.resource, "fields": list(one.fields),
         "demands": list(one.demands)}
        for one in found
    ]  # fmt: skip
    return _show(rows, arguments.json)


def show_themes(arguments: argparse.Namespace) -> int:
    """Show the subject list of each theme."""
    if arguments.city:
        from tongban.datahub.resources.rules import coverage
        from tongban.runtime.city import read_city

        pack, _ = read_city(Path(arguments.city))
        found = coverage.by_theme(pack.data_themes.values(), _lists(pack), pack.demands.values())
    else:
        with boot.ready():
            from tongban.datahub.resources import queries

            found = queries.by_theme()
    rows = [
        {"theme": one.theme, "name": one.name, "resources": list(one.resources),
         "departments": list(one.departments), "sharing": {k.value: n for k, n in one.sharing.items()},
         "duties": one.duties, "demands": one.demands, "negatives": one.negatives}
        for one in found
    ]  # fmt: skip
    return _show(rows, arguments.json)


def show_unprovided(arguments: argparse.Namespace) -> int:
    """List grants that can not be used yet; 1 when one should be usable by now."""
    with boot.ready():
        from tongban.datahub.exchange import queries
        from tongban.kernel.clock import today

        found, day = queries.unprovided(), today()
    if arguments.json:
        rows = [
            {"grant": str(one.grant), "provider": one.provider, "resource": one.resource, "consumer": one.consumer,
             "granted_on": str(one.granted_on), "due_on": str(one.due_on), "overdue": one.due_on < day}
            for one in found
        ]  # fmt: skip
        print_json(rows)
    for one in () if arguments.json else found:
        words = {
            "provider": one.provider,
            "consumer": one.consumer,
            "resource": one.resource,
            "due": one.due_on,
        }
        say(MSG_UNPROVIDED, **words)
    if not found and not arguments.json:
        say(MSG_NOTHING)
    return int(any(one.due_on < day for one in found))


def show_overdue(arguments: argparse.Namespace) -> int:
    """List answers that are late; 1 when there is one."""
    with boot.ready():
        from tongban.datahub.resources import queries
        from tongban.kernel.clock import now

        found = queries.overdue_answers(at=now())
    if arguments.json:
        rows = [
            {"id": str(one.id), "department": one.wish.department, "owner": one.owner, "item": one.wish.item,
             "resource": one.resource, "due_on": str(one.due_on), "escalated": one.escalated_at is not None}
            for one in found
        ]  # fmt: skip
        print_json(rows)
    for one in () if arguments.json else found:
        say(
            MSG_OVERDUE,
            department=one.wish.department,
            owner=one.owner or "—",
            due=one.due_on,
            resource=one.resource or "—",
            item=one.wish.item,
        )
    if not found and not arguments.json:
        say(MSG_NOTHING)
    return int(bool(found))


def _show(rows: Iterable[dict[str, Any]], is_json: bool) -> int:
    rows = list(rows)
    if is_json:
        print_json(rows)
        return 0
    for row in rows:
        print("  ".join(_cell(value) for value in row.values()))
    if not rows:
        say(MSG_NOTHING)
    return 0


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}={one}" for name, one in value.items())
    return ";".join(value) if isinstance(value, list) else str(value)

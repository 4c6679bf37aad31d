"""``tongban items``: take lists in, look at drafts, give items out, compare the districts."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.runtime import boot, environment
from tongban.runtime.cli import language, say
from tongban.runtime.terminal import actor, add_actor, folder_of, print_json

MSG_DONE = N_("{rows} 行：{accepted} 行可用，{rejected} 行退回。")
MSG_KEPT = N_("可用的行已存为草稿（导入编号 {batch}）。")
MSG_DRY = N_("这是试运行，没有保存草稿。")
MSG_REPORT = N_("退回的行和理由写在 {path}。")
MSG_REASONS = N_("退回的理由：")
MSG_WARNINGS = N_("可用但要留意：")
MSG_EXPORTED = N_("已导出 {count} 个事项到 {path}。")
MSG_NO_DRAFTS = N_("没有草稿。")
MSG_DRAFTS = N_("共 {count} 个草稿，显示第 {page} 页。")
MSG_DROPPED = N_("已删除这次导入的 {count} 个草稿。")
MSG_EQUAL = N_(
    "{items} 个在用事项、{districts} 个区：{differing} 个事项在区里有差别，{better} 处更好，{worse} 处更差。"
)
MSG_TERM = N_("{mark} {item} · {district}：{term} 全市 {city}，本区 {own}")
MSG_STORED = N_("已存为 {day} 的报告。")
TERMS = {
    "promise_days": N_("承诺天数"),
    "visits": N_("跑动次数"),
    "charges": N_("收费"),
    "materials": N_("材料数"),
}
EXPORTED = {
    "code": N_("代码"),
    "name": N_("事项名称"),
    "plain": N_("通俗名称"),
    "type": N_("事项类型"),
    "department": N_("实施主体"),
    "level": N_("行使层级"),
    "audience": N_("服务对象"),
    "themes": N_("生活主题"),
    "case_kind": N_("办件类型"),
    "statutory_days": N_("法定办结时限"),
    "promise_days": N_("承诺办结时限"),
    "visits": N_("到办事现场"),
    "materials": N_("材料数"),
    "charged": N_("是否收费"),
    "online_depth": N_("网上办理深度"),
    "state": N_("事项状态"),
    "number": N_("版本"),
}
PAGE = 100


def add(commands: Any) -> None:
    """Register the command's arguments."""
    items = commands.add_parser("items", help="import, export and compare items", description=__doc__)
    actions = items.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_import(actions)
    _add_drafts(actions)
    _add_export(actions)
    _add_equality(actions)


def _add_import(actions: Any) -> None:
    taking = actions.add_parser("import", help="take a list in from CSV or Excel; good rows become drafts")
    taking.add_argument("file", type=Path)
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
    taking.add_argument("--json", action="store_true", help="machine-readable answer")
    add_actor(taking)
    taking.set_defaults(func=take)


def _add_drafts(actions: Any) -> None:
    drafts = actions.add_parser("drafts", help="list the drafts that came from lists")
    drafts.add_argument("--batch", metavar="ID", help="of one import only")
    drafts.add_argument("--page", type=int, default=1)
    drafts.add_argument("--drop", metavar="ID", help="delete the drafts of one import")
    drafts.add_argument("--json", action="store_true", help="machine-readable answer")
    add_actor(drafts)
    drafts.set_defaults(func=show_drafts)


def _add_export(actions: Any) -> None:
    export = actions.add_parser("export", help="give the published items out as a table or as documents")
    export.add_argument("--format", choices=("csv", "xlsx", "json"), default="csv")
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output (csv, json)")
    export.set_defaults(func=give_out)


def _add_equality(actions: Any) -> None:
    equality = actions.add_parser("equality", help="where districts differ from the city, over all items")
    equality.add_argument("--store", action="store_true", help="keep it as the report of today (nightly)")
    equality.add_argument("--json", action="store_true", help="machine-readable answer")
    add_actor(equality)
    equality.set_defaults(func=compare_districts)


def take(arguments: argparse.Namespace) -> int:
    """Import the list, or try it; 1 only when no row at all could be used."""
    from tongban.runtime import importing

    report = arguments.report or _default_report(arguments.file)
    if arguments.dry_run:
        folder = folder_of(arguments.city)
        outcome = importing.try_list(arguments.file, arguments.map, report, folder, language())
    else:
        with boot.ready():
            from tongban.kernel.clock import now

            outcome = importing.take_list(
                arguments.file, arguments.map, report, language(), actor(arguments), now()
            )
    if arguments.json:
        print_json(outcome.document() | {"dry_run": arguments.dry_run})
    else:
        _tell(outcome, arguments.dry_run)
    return int(outcome.tally.rejected > 0 and not outcome.tally.accepted)


def _default_report(file: Path) -> Path:
    return environment.read(os.environ).state / "imports" / f"{file.stem}-rejected.csv"


def _tell(outcome: Any, dry_run: bool) -> None:
    from tongban.services.catalogue.imports.types import REASONS, WARNINGS

    tally = outcome.tally
    say(MSG_DONE, rows=tally.rows, accepted=tally.accepted, rejected=tally.rejected)
    for title, counts, sentences in (
        (MSG_REASONS, tally.reasons, REASONS),
        (MSG_WARNINGS, tally.warnings, WARNINGS),
    ):
        if counts:
            say(title)
        for code, count in sorted(counts.items(), key=lambda pair: -pair[1]):
            print(f"  {count:>6}  {translate(sentences[code], language(), detail='…')}")
    if outcome.report:
        say(MSG_REPORT, path=outcome.report)
    if dry_run:
        say(MSG_DRY)
    else:
        say(MSG_KEPT, batch=outcome.batch)


def show_drafts(arguments: argparse.Namespace) -> int:
    """List the drafts, or delete those of one import."""
    with boot.ready():
        from tongban.services.catalogue import queries as catalogue

        if arguments.drop:
            return _drop(arguments)
        page = catalogue.drafts(arguments.batch, page=arguments.page, size=PAGE)
        batches = catalogue.draft_batches()
    if arguments.json:
        from dataclasses import asdict

        lists = [asdict(batch) | {"at": batch.at.isoformat()} for batch in batches]
        print_json(
            {
                "total": page.total,
                "page": page.number,
                "lists": lists,
                "drafts": [asdict(d) for d in page.items],
            }
        )
        return 0
    for draft in page.items:
        where = draft.department or f"? {draft.department_said}"
        print(f"{draft.row:>6}  {draft.type}  {where:<24}  {draft.name}  {' '.join(draft.warnings)}")
    say(MSG_DRAFTS if page.total else MSG_NO_DRAFTS, count=page.total, page=page.number)
    return 0


def _drop(arguments: argparse.Namespace) -> int:
    from tongban.kernel.clock import now
    from tongban.services.catalogue.imports import operations

    count = operations.drop_list(batch=arguments.drop, by=actor(arguments), at=now())
    say(MSG_DROPPED, count=count)
    return 0


def give_out(arguments: argparse.Namespace) -> int:
    """Write the published items."""
    with boot.ready():
        from tongban.services.catalogue import queries as catalogue
        from tongban.services.catalogue.imports.queries import write_csv, write_xlsx

        if arguments.format == "json":
            count = _documents(arguments.output, catalogue)
        elif arguments.format == "xlsx":
            arguments.output = arguments.output or Path("items.xlsx")
            count = write_xlsx(arguments.output, _titles(), _cards(catalogue))
        elif arguments.output:
            with arguments.output.open("w", encoding="utf-8", newline="") as file:
                count = write_csv(file, _titles(), _cards(catalogue))
        else:
            count = write_csv(sys.stdout, _titles(), _cards(catalogue))
    if arguments.output:
        say(MSG_EXPORTED, count=count, path=arguments.output)
    return 0


def _titles() -> dict[str, str]:
    return {name: translate(title, language()) for name, title in EXPORTED.items()}


def _cards(catalogue: Any) -> Iterator[dict[str, Any]]:
    number = 1
    while (page := catalogue.list_items(page=number, size=PAGE)).items:
        for card in page.items:
            row = {name: getattr(card, name) for name in EXPORTED}
            lists = {name: ";".join(value) for name, value in row.items() if isinstance(value, tuple)}
            yield row | lists
        number += 1


def _documents(output: Path | None, catalogue: Any) -> int:
    import json

    items = catalogue.all_items("in_use").values()
    documents = [item.model_dump(mode="json", exclude_defaults=True) for item in items]
    text = json.dumps({"items": documents}, ensure_ascii=False, indent=1)
    if output:
        output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    return len(documents)


def compare_districts(arguments: argparse.Namespace) -> int:
    """Say where districts differ; 1 when one of them is worse than the city."""
    with boot.ready():
        from tongban.kernel.clock import now
        from tongban.services.catalogue import operations
        from tongban.services.catalogue import queries as catalogue

        report = catalogue.equality()
        names = {card.district.code: card.district.name for card in catalogue.district_cards()}
        at = now()
        if arguments.store:
            operations.keep_equality_report(
                report=report, revision=catalogue.current_revision(), by=actor(arguments), at=at
            )
    document: Any = report.document()
    if arguments.json:
        print_json(document)
        return int(document["worse"] > 0)
    for one in report.differences:
        say(
            MSG_TERM,
            mark={"better": "↑", "worse": "↓"}[one.standing.value],
            item=one.item,
            district=names[one.district],
            term=translate(TERMS[one.term], language()),
            city=one.city,
            own=one.own,
        )
    say(
        MSG_EQUAL, **{name: document[name] for name in ("items", "districts", "differing", "better", "worse")}
    )
    if arguments.store:
        say(MSG_STORED, day=at.date().isoformat())
    return int(document["worse"] > 0)

"""``tongban days``: due dates and counts, every day accounted for. Needs no database, only the pack's calendar."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tongban.foundation.calendars import notation, pack, rules
from tongban.foundation.calendars.types import DayCount, Due, Limit, Reason
from tongban.foundation.packs.types import Problems
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.runtime import environment

REASONS = {
    Reason.WORKING_DAY: N_("工作日"),
    Reason.WORKED_WEEKEND: N_("调休上班"),
    Reason.CALENDAR_DAY: N_("自然日"),
    Reason.DAY_ZERO: N_("当天不计（民法典第二百零一条）"),
    Reason.WEEKEND: N_("周末"),
    Reason.HOLIDAY: N_("法定假日"),
    Reason.STOPPED: N_("停钟（行政许可法第四十五条）"),
}
PROVISIONAL = N_("暂定：所涉年份的放假通知尚未公布，公布后可能变动。")
MOVED = N_("最后一天 {day} 是休息日，顺延到其后第一个工作日（民法典第二百零三条）。")
RUNNING = N_("停钟尚未结束，还不能算出到期日。")
DUE = N_("到期日：{day}，当天结束前。")
BEFORE = N_("最晚不迟于：{day}。")
COUNTED = N_("{start} 之后到 {end}（含）共 {number} 个工作日。")


def add(subparsers: Any) -> None:
    """Register ``tongban days due|before|count``."""
    parser = subparsers.add_parser("days", help="working days: due dates, counts, each day explained")
    actions = parser.add_subparsers(dest="action", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--city", default=None, metavar="FOLDER", help="city pack with the calendar")
    common.add_argument("--json", action="store_true", help="machine-readable answer")

    due = actions.add_parser("due", parents=[common], help="the last day of a limit")
    due.add_argument(
        "--from",
        dest="start",
        required=True,
        metavar="MOMENT",
        help="the act that starts the limit, e.g. 2026-02-10T17:50 (Asia/Shanghai unless +hh:mm)",
    )
    due.add_argument("--limit", required=True, help="20wd working days, 60d days, 3m months, 1y years")
    due.add_argument(
        "--stop",
        nargs="+",
        action="extend",
        default=[],
        metavar="A..B[=PROCEDURE]",
        help="a period not counted, both days included (art. 45 Licensing Law)",
    )
    due.add_argument(
        "--party",
        action="store_true",
        help="a limit of the applicant: a last day on a holiday moves on (art. 203 Civil Code)",
    )
    due.set_defaults(func=_due)

    before = actions.add_parser("before", parents=[common], help="the last day to act before an event")
    before.add_argument("event", metavar="DAY")
    before.add_argument("--limit", required=True, help="e.g. 7wd")
    before.set_defaults(func=_before)

    count = actions.add_parser("count", parents=[common], help="working days after A up to and including B")
    count.add_argument("start", metavar="A")
    count.add_argument("end", metavar="B")
    count.set_defaults(func=_count)


def _calendar(args: argparse.Namespace) -> rules.Calendar:
    folder = Path(args.city) if args.city else environment.read(os.environ).city
    problems = Problems()
    days = pack.read_days(folder, problems)
    problems.raise_if_errors()
    return rules.Calendar(days)


def _due(args: argparse.Namespace) -> int:
    limit = notation.parse_limit(args.limit, party=args.party)
    start = rules.day_zero(notation.parse_moment(args.start), SHANGHAI)
    stops = [notation.parse_stop(text) for text in args.stop]
    answer = rules.due(_calendar(args), start, limit, stops)
    if args.json:
        return _print_json(_due_json(answer, args.start))
    _print_days(answer.days)
    if answer.moved_from:
        _say(MOVED, day=answer.moved_from)
    _say(DUE, day=answer.on) if answer.on else _say(RUNNING)
    if answer.provisional:
        _say(PROVISIONAL)
    return 0


def _before(args: argparse.Namespace) -> int:
    limit = notation.parse_limit(args.limit)
    event = notation.parse_day(args.event)
    day, days = rules.latest_before(_calendar(args), event, limit)
    if args.json:
        return _print_json(
            {"event": event, "limit": _limit_json(limit), "latest": day, "days": _days_json(days)}
        )
    _print_days(days)
    _say(BEFORE, day=day)
    return 0


def _count(args: argparse.Namespace) -> int:
    start, end = notation.parse_day(args.start), notation.parse_day(args.end)
    number, days = rules.count(_calendar(args), start, end)
    provisional = any(day.provisional for day in days)
    if args.json:
        return _print_json(
            {
                "from": start,
                "to": end,
                "working_days": number,
                "calendar_days": (end - start).days,
                "provisional": provisional,
                "days": _days_json(days),
            }
        )
    _print_days(days)
    _say(COUNTED, start=start, end=end, number=number)
    if provisional:
        _say(PROVISIONAL)
    return 0


def _due_json(answer: Due, moment: str) -> dict[str, object]:
    return {
        "from": moment,
        "day_zero": answer.start,
        "limit": _limit_json(answer.limit),
        "due": answer.on,
        "due_at": f"{answer.on}T23:59:59+08:00" if answer.on else None,
        "moved_from": answer.moved_from,
        "running": answer.on is None,
        "provisional": answer.provisional,
        "stopped": [{"first": first, "last": last} for first, last in answer.stopped],
        "days": _days_json(answer.days),
    }


def _limit_json(limit: Limit) -> dict[str, object]:
    return {"number": limit.number, "unit": limit.unit, "party": limit.party}


def _days_json(days: Sequence[DayCount]) -> list[dict[str, object]]:
    return [
        {
            "date": day.date,
            "number": day.number,
            "counted": day.number is not None,
            "why": day.reason,
            "name": day.name or None,
            "provisional": day.provisional,
        }
        for day in days
    ]


def _print_json(answer: dict[str, object]) -> int:
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()
    return 0


def _print_days(days: Sequence[DayCount]) -> None:
    weekdays = "一二三四五六日"
    language = environment.language(os.environ)
    for day in days:
        number = "·" if day.number is None else str(day.number)
        reason = translate(REASONS[day.reason], language)
        weekday = weekdays[day.date.weekday()] if language == "zh" else day.date.strftime("%a")
        name = f" {day.name}" if day.name else ""
        mark = " *" if day.provisional else ""
        print(f"{day.date} {weekday} {number:>5}  {reason}{name}{mark}")


def _say(sentence: str, **values: object) -> None:
    print(translate(sentence, environment.language(os.environ), **values))

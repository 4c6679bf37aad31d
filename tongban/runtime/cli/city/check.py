"""``tongban city check FOLDER``: every mistake of a city pack at once, without any database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel.errors import N_
from tongban.kernel.language import SOURCE, translate
from tongban.runtime import environment
from tongban.runtime.cli import language, say

if TYPE_CHECKING:
    from tongban.foundation.packs.types import Problem, Problems
    from tongban.runtime.city import CityPack

ERROR = N_("错误")
WARNING = N_("警告")
NOTE = N_("提示")
SEVERITIES = {"error": ERROR, "warning": WARNING, "note": NOTE}
GOOD = N_(
    "{folder}：没有错误，{warnings} 个警告。{items} 个事项，{bundles} 件“一件事”，{departments} 个部门。"
)
BAD = N_("{folder}：{errors} 个错误，{warnings} 个警告。有错误的城市包不能装载。")
LEFT_OUT = N_("另有 {count} 处问题没有列出。")


def add(verbs: Any) -> None:
    """Register ``tongban city check``."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        "check", help="prove a city pack: every mistake with its file, line, rule and law; needs no database"
    )
    parser.add_argument("folder", nargs="?", default=None, help="the pack (default: TONGBAN_CITY)")
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print every problem and return 1 when there is an error (with ``--strict``, or a warning)."""
    from tongban.runtime.city import read_city

    folder = Path(arguments.folder) if arguments.folder else environment.read(os.environ).city
    pack, problems = read_city(folder)
    failed = bool(problems.errors) or (arguments.strict and bool(problems.warnings))
    shown = os.fsencode(folder).decode(errors="replace")
    (_print_json if arguments.json else _print_lines)(shown, pack, problems, failed)
    return int(failed)


def _print_json(folder: str, pack: CityPack, problems: Problems, failed: bool) -> None:
    answer = {
        "folder": folder,
        "ok": not failed,
        **_counts(pack, problems),
        "left_out": problems.left_out,
        "problems": [problem.as_json(language()) for problem in problems],
    }
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
    print()


def _print_lines(folder: str, pack: CityPack, problems: Problems, failed: bool) -> None:
    for problem in problems:
        print(_line(problem, language()))
    if problems.left_out:
        say(LEFT_OUT, count=problems.left_out)
    say(BAD if problems.errors else GOOD, folder=folder, **_counts(pack, problems))


def _line(problem: Problem, spoken: str) -> str:
    severity = translate(SEVERITIES[problem.rule.severity.value], spoken)
    law = problem.rule.law and (f"（{problem.rule.law}）" if spoken == SOURCE else f"({problem.rule.law})")
    return f"{problem.place}  {severity} {problem.rule.code}  {problem.words(spoken)}  {law}".rstrip()


def _counts(pack: CityPack, problems: Problems) -> dict[str, int]:
    return {
        "errors": len(problems.errors),
        "warnings": len(problems.warnings),
        "items": len(pack.items),
        "bundles": len(pack.bundles),
        "departments": len(pack.departments),
        "resources": len(pack.resources),
        "data_duties": len(pack.data_duties),
        "demands": len(pack.demands),
        "negatives": len(pack.negatives),
    }

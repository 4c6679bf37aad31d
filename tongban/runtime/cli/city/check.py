"""``tongban city check FOLDER``: every mistake of a city pack at once, without any database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.runtime import environment

ERROR = N_("错误")
WARNING = N_("警告")
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
    """Print every problem and return 1 when there is an error (with ``--strict``, any problem)."""
    from tongban.runtime.city import read_city

    folder = Path(arguments.folder) if arguments.folder else environment.read(os.environ).city
    language = environment.language(os.environ)
    pack, problems = read_city(folder)
    errors, warnings = len(problems.errors), len(problems.warnings)
    counts = {"items": len(pack.items), "bundles": len(pack.bundles), "departments": len(pack.departments)}
    failed = errors > 0 or (arguments.strict and warnings > 0)
    if arguments.json:
        answer = {
            "folder": str(folder),
            "ok": not failed,
            "errors": errors,
            "warnings": warnings,
            "left_out": problems.left_out,
            **counts,
            "problems": [problem.as_json(language) for problem in problems],
        }
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
        print()
        return int(failed)
    marks = {True: translate(ERROR, language), False: translate(WARNING, language)}
    for problem in problems:
        law = f"  （{problem.rule.law}）" if problem.rule.law else ""
        print(
            f"{problem.place}  {marks[problem.is_error]} {problem.rule.code}  {problem.words(language)}{law}"
        )
    if problems.left_out:
        print(translate(LEFT_OUT, language, count=problems.left_out))
    sentence = BAD if errors else GOOD
    print(translate(sentence, language, folder=folder, errors=errors, warnings=warnings, **counts))
    return int(failed)

"""``tongban city diff FOLDER``: what a load would change, field by field; nothing is written."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import language, say
from tongban.runtime.terminal import folder_of, print_json

MSG_NONE = N_("公布的就是文件夹里的内容。")
MSG_PROBLEMS = N_("文件夹有 {count} 处错误，下面只比较能读懂的部分；先运行 tongban city check。")
MSG_EFFECTS = {
    "added": N_("＋ {code}（{name}）：新事项，装载后公布"),
    "changed": N_("± {code}（{name}）：与现行第 {number} 版不同"),
    "withdrawn": N_("－ {code}（{name}）：文件夹里已没有，装载后撤下（现行第 {number} 版）"),
    "kept": N_("＝ {code}（{name}）：已回退到第 {number} 版；文件夹没有新写法，装载后保持不变"),
}
MSG_TOTAL = N_("共 {count} 处不同。")


def add(verbs: Any) -> None:
    """Register ``tongban city diff``."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        "diff", help="say field by field what a load would change"
    )
    parser.add_argument("folder", nargs="?", default=None, help="the pack (default: TONGBAN_CITY)")
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print where folder and publication differ; 1 when the folder has errors."""
    with boot.ready():
        from tongban.runtime.city import read_city
        from tongban.runtime.comparing import differences

        pack, problems = read_city(folder_of(arguments.folder))
        found = differences(pack)
    errors = len(problems.errors)
    if arguments.json:
        documents = [one.document(language()) for one in found]
        print_json({"errors": errors, "different": len(found), "differences": documents})
        return int(errors > 0)
    if errors:
        say(MSG_PROBLEMS, count=errors)
    for one in found:
        say(MSG_EFFECTS[one.effect.value], code=one.code, name=one.name, number=one.number)
        for change in one.changes:
            print(f"    {change.words(language())}")
    say(MSG_TOTAL if found else MSG_NONE, count=len(found))
    return int(errors > 0)

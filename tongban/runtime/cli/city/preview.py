"""``tongban city preview FOLDER CODE``: the guide of an item before it is published, as a file."""

from __future__ import annotations

import argparse
import os
from typing import Any

from tongban.kernel.errors import N_
from tongban.runtime import boot, environment
from tongban.runtime.cli import language, say
from tongban.runtime.terminal import folder_of

MSG_DONE = N_("预览写在 {path}，用浏览器打开。")
MSG_PROBLEMS = N_("文件夹还有 {count} 处错误，不能装载；运行 tongban city check 查看。")


def add(verbs: Any) -> None:
    """Register ``tongban city preview``."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        "preview", help="write the guide of an unpublished item to var/preview as an HTML file"
    )
    parser.add_argument("folder", help="the pack")
    parser.add_argument("code", help="code of the item")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the page and say where; 1 when the folder has errors."""
    into = environment.read(os.environ).state / "preview"
    with boot.ready():
        from tongban.kernel.clock import now
        from tongban.runtime.previewing import preview

        folder = folder_of(arguments.folder)
        path, problems = preview(folder, arguments.code, into, language=language(), at=now())
    say(MSG_DONE, path=path)
    if problems.errors:
        say(MSG_PROBLEMS, count=len(problems.errors))
    return int(bool(problems.errors))

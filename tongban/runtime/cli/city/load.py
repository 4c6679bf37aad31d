"""``tongban city load FOLDER``: publish what the folder says, all of it or nothing."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.runtime import boot
from tongban.runtime.cli import in_words, language, say
from tongban.runtime.terminal import actor, add_actor, folder_of, print_json

MSG_UNCHANGED = N_("没有变化：公布的就是文件夹里的内容（修订 {revision}）。")
MSG_LOADED = N_("已装载为修订 {revision}，用时 {seconds} 秒。")
MSG_COUNTS = N_("  {what}：新增 {added}，改动 {changed}，撤下 {removed}")
TABLES = {
    "items": N_("事项"),
    "bundles": N_("一件事"),
    "departments": N_("部门"),
    "districts": N_("区"),
    "outlines": N_("示意轮廓"),
    "streets": N_("街镇"),
    "centres": N_("中心"),
    "windows": N_("窗口"),
    "posts": N_("岗位"),
    "staff": N_("工作人员"),
    "duties": N_("职责"),
    "city": N_("城市"),
    "sources": N_("来源"),
    "themes": N_("生活主题"),
    "licences": N_("证照类型"),
    "elements": N_("数据元"),
    "systems": N_("信息系统"),
    "data_themes": N_("数据主题"),
    "resources": N_("数据资源"),
    "data_duties": N_("责任清单条目"),
    "demands": N_("需求清单条目"),
    "negatives": N_("负面清单条目"),
}


def add(verbs: Any) -> None:
    """Register ``tongban city load``."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        "load", help="publish what the folder says as new versions, all of it or nothing"
    )
    parser.add_argument("folder", nargs="?", default=None, help="the pack (default: TONGBAN_CITY)")
    parser.add_argument("--why", default="", help="kept with every version that this load publishes")
    parser.add_argument("--again", action="store_true", help="read and index even when no file has changed")
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    add_actor(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Load the folder and say what changed; 1 when it has errors, and then nothing has changed."""
    folder = folder_of(arguments.folder)
    with boot.ready():
        from tongban.foundation.packs.errors import PackRefused
        from tongban.kernel.clock import now
        from tongban.runtime.publishing import load_city

        began = now()
        try:
            loaded = load_city(
                folder, by=actor(arguments), at=began, why=arguments.why.strip(), again=arguments.again
            )
        except PackRefused as refused:
            return _refused(refused, arguments.json)
        seconds = f"{(now() - began).total_seconds():.1f}"
    if arguments.json:
        print_json({"revision": loaded.revision, "new": loaded.is_new, "changes": loaded.counts()})
        return 0
    if not loaded.is_new:
        say(MSG_UNCHANGED, revision=loaded.revision)
        return 0
    say(MSG_LOADED, revision=loaded.revision, seconds=seconds)
    for name, counts in loaded.counts().items():
        say(MSG_COUNTS, what=_title(name), **counts)
    return 0


def _title(name: str) -> str:
    return translate(TABLES.get(name, name), language())


def _refused(refused: Any, as_json: bool) -> int:
    spoken = language()
    if as_json:
        problems = [problem.as_json(spoken) for problem in refused.problems]
        print_json({"revision": None, "new": False, "error": in_words(refused), "problems": problems})
        return 1
    for problem in refused.problems.errors:
        print(f"{problem.place}  {problem.rule.code}  {problem.words(spoken)}")
    say(refused.sentence, **refused.values)
    return 1

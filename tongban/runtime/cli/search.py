"""``tongban search``: find a matter as a page does, and see what people looked for and did not find."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.runtime import boot
from tongban.runtime.cli import language, say

MSG_NOTHING = N_("没有找到与“{text}”有关的事项。可以换个说法，或者拨打市民热线询问。")
MSG_FOUND = N_("找到 {total} 个结果：")
MSG_CORRECTED = N_("“{was}”像是“{means}”，已按“{text}”搜索。加 --literal 可以按原样搜索。")
MSG_NEVER_MISSED = N_("这些天没有搜了却没找到的内容。")
MSG_RARE = N_("只列出搜过至少 {least} 次的；--least 1 列出全部。")
KINDS = {"bundle": N_("一件事"), "item": N_("事项"), "question": N_("问答")}


def add(subparsers: Any) -> None:
    """Register ``tongban search TEXT`` and ``tongban search missed``."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "search",
        help="find a matter, or list what people searched and did not find",
        description="Find a matter by the words people use. The single word “missed” lists what people "
        "searched and did not find; with --literal it is looked for like any other word.",
    )
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what to look for, or: missed")
    parser.add_argument("--literal", action="store_true", help="take the words as they are: correct nothing")
    parser.add_argument(
        "--size", type=int, default=10, metavar="N", help="hits shown (default 10, at most 100)"
    )
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    parser.add_argument("--days", type=int, default=30, metavar="N", help="missed: of the last N days")
    parser.add_argument("--least", type=int, default=2, metavar="N", help="missed: searched at least N times")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Search, or list what was missed; 1 when nothing is found."""
    with boot.ready():
        if arguments.text == ["missed"] and not arguments.literal:
            return _missed(arguments)
        return _search(arguments)


def _search(arguments: argparse.Namespace) -> int:
    from tongban.services.catalogue.search import queries

    result = queries.search(" ".join(arguments.text), size=arguments.size, literal=arguments.literal)
    if arguments.json:
        print(json.dumps(asdict(result), ensure_ascii=False, indent=2))
        return 0 if result.total else 1
    if result.corrected:
        say(MSG_CORRECTED, **asdict(result.corrected))
    if not result.total:
        say(MSG_NOTHING, text=result.text)
        return 1
    say(MSG_FOUND, total=result.total)
    for hit in result.hits:
        kind = translate(KINDS[hit.kind], language())
        print(f"{hit.score:6.3f}  {kind}  {hit.title}  ({hit.code})")
    return 0


def _missed(arguments: argparse.Namespace) -> int:
    from tongban.kernel.clock import now
    from tongban.services.catalogue.search import operations, queries

    at = now()
    operations.forget_missed(at=at)
    since = at.date() - timedelta(days=min(max(arguments.days, 0), operations.KEPT_DAYS))
    rows = queries.missed(since=since, least=arguments.least)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return 0
    if not rows:
        say(MSG_NEVER_MISSED)
    for row in rows:
        print(f"{row.count:6}  {row.last}  {row.text}")
    if arguments.least > 1:
        say(MSG_RARE, least=arguments.least)
    return 0

"""``tongban city versions CODE``: every version of an item or bundle, with who, when and why."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel.errors import N_, NotFound
from tongban.kernel.language import translate
from tongban.runtime import boot
from tongban.runtime.cli import language, say
from tongban.runtime.terminal import print_json

MSG_LINE = N_("{mark} 第 {number} 版  {at}  {act}  {by}  {why}")
ACTS = {
    "published": N_("公布"),
    "withdrawn": N_("撤下"),
    "went_back": N_("回退到第 {to} 版"),
}


def add(verbs: Any) -> None:
    """Register ``tongban city versions``."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        "versions", help="list every version of an item or bundle, with who, when and why"
    )
    parser.add_argument("code", help="code of the item or bundle")
    parser.add_argument("--changes", action="store_true", help="also what each changed (items)")
    parser.add_argument("--json", action="store_true", help="machine-readable answer")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the versions, newest first."""
    with boot.ready():
        from tongban.services.bundles import queries as bundles
        from tongban.services.catalogue import queries as catalogue

        try:
            cards: Any = catalogue.versions(arguments.code)
        except NotFound:
            if bundles.find_bundle(arguments.code) is None:
                raise
            cards = bundles.versions(arguments.code)
            arguments.changes = False
        changed = _changes(arguments.code, cards, catalogue) if arguments.changes else {}
    if arguments.json:
        print_json([_document(card, changed.get(card.number, ())) for card in cards])
        return 0
    for card in cards:
        say(
            MSG_LINE,
            mark="●" if card.is_current else "○",
            number=card.number,
            at=_moment(card),
            act=translate(ACTS[card.act], language(), to=card.went_back_to),
            by=card.by,
            why=card.why,
        )
        for words in changed.get(card.number, ()):
            print(f"    {words}")
    return 0


def _changes(code: str, cards: Any, catalogue: Any) -> dict[int, list[str]]:
    later = {card.number for card in cards} - {1}
    return {
        number: [change.words(language()) for change in catalogue.changes_between(code, number - 1, number)]
        for number in later
    }


def _document(card: Any, changes: Any) -> dict[str, Any]:
    return {
        "version": card.number,
        "current": card.is_current,
        "act": card.act,
        "went_back_to": card.went_back_to,
        "at": _moment(card),
        "by": card.by,
        "why": card.why,
        "revision": card.revision,
        "changes": list(changes),
    }


def _moment(card: Any) -> str:
    from tongban.kernel.clock import SHANGHAI

    return str(card.published_at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds"))

"""``tongban city``: prove, compare and publish a city pack. One module a verb, imported when it is typed."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from typing import Any


def add(subparsers: Any) -> None:
    """Register ``tongban city VERB``: each module here has ``add(verbs)`` and sets ``func``."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "city", help="check, compare and publish a city pack"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}").add(verbs)

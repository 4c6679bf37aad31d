"""The command line: one module a command, each a translation to one domain call.

A module has ``add(subparsers)``, which registers its arguments and sets ``func``; ``func(arguments)``
returns the exit code: 0 fine, 1 problems found. Wrong use is 2. Only the module of the command that was
typed is imported, so that ``tongban days`` need not wait for Django.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

from tongban import __version__
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate
from tongban.runtime import environment

INTERRUPTED, UNREAD = 130, 141
"""What shells expect of a program ended by Ctrl-C, 128 + SIGINT, or by a reader that has gone, 128 + SIGPIPE."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that was typed and return its exit code."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    parsed = parser(typed[:1]).parse_args(typed)
    code: int | None = UNREAD
    try:
        code = parsed.func(parsed)
        sys.stdout.flush()
    except Failure as failure:
        print(in_words(failure), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone; say nothing more, not even while Python closes down. What was found counts.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code or 0


def parser(typed: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Return the parser: of one command when its name was typed, else of all of them."""
    top = argparse.ArgumentParser(
        prog="tongban", description="The open platform on which a city serves its people through one door."
    )
    top.add_argument("--version", action="version", version=f"tongban {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    known = command_names()
    for name in known if not typed or typed[0] not in known else typed:
        importlib.import_module(f"{__name__}.{name}").add(commands)
    return top


def command_names() -> list[str]:
    """Return the names of all commands."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_")


def language() -> str:
    """Return the language in which to speak to whoever typed the command; English if they misspelt it."""
    try:
        return environment.language(os.environ)
    except Failure:
        return "en"


def in_words(failure: Failure) -> str:
    """Return the failure's sentence in the language of whoever typed the command."""
    return translate(failure.sentence, language(), **failure.values)


def say(sentence: str, **values: object) -> None:
    """Print a sentence, written in Chinese, in the language of whoever typed the command."""
    print(translate(sentence, language(), **values), flush=True)

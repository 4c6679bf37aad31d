"""What the commands that publish share: who acts, which folder is meant, answers for machines."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from pathlib import Path

from tongban.kernel.types import Actor
from tongban.runtime import environment

LONGEST_NAME = 100


def add_actor(parser: argparse.ArgumentParser) -> None:
    """Register ``--by``."""
    parser.add_argument("--by", default="", metavar="NAME", help="who does this (default: the login name)")


def actor(arguments: argparse.Namespace) -> Actor:
    """Return who works on the machine, by name, else by login: not a member of staff, whatever they are called."""
    name = " ".join(arguments.by.split())[:LONGEST_NAME]
    return Actor("operator", name or _login(), name)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def folder_of(typed: str | None) -> Path:
    """Return the folder that was typed, else the city of this installation."""
    return Path(typed) if typed else environment.read(os.environ).city


def print_json(answer: object) -> None:
    """Print an answer for machines."""
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
    print(flush=True)

"""The product's own source, read once, for the checks in this folder."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tongban.runtime.environment import ROOT

PACKAGE = ROOT / "tongban"
DOMAIN_LAYERS = ("foundation", "datahub", "services", "oversight")


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the product by its path, such as ``tongban/kernel/clock.py``."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"), str(path))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts
    }


@cache
def calls(tree: ast.AST) -> tuple[tuple[str, ast.Call], ...]:
    """Return all calls with the last part of the called name."""
    return tuple(_calls(tree))


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr, node


def texts(node: ast.AST) -> Iterator[str]:
    """Yield all constant texts in an expression, both branches of an ``if`` included."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def is_chinese(text: str) -> bool:
    """Return whether a text is written for Chinese readers; its punctuation is, too."""
    return any("\u3000" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef" for sign in text)


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return all files that Git tracks; in a folder without Git, everything but what is ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
        return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
    ours = ("tongban", "tests", "tools", "docs", "city", "benchmarks", "requirements", "deploy")
    return tuple(path for name in ours for path in (ROOT / name).rglob("*") if path.is_file())

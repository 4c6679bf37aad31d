"""From outside, a domain package has five doors. import-linter holds the layers; this holds the doors."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import DOMAIN_LAYERS, PACKAGE, modules

DOORS = {"queries", "operations", "types", "errors", "events"}
# The command line also works without a database: on the pack as read, and on pure rules.
DOORS_FOR_RUNTIME = DOORS | {"pack", "rules", "notation"}
# Large parts of a package that are packages themselves, with the same doors.
ROOMS = {"tongban.services.catalogue.imports", "tongban.services.catalogue.search"}
# Counting days is arithmetic that the rules of other packages stand on; a query would bring the database into them.
PURE_DOORS = {("tongban.foundation.calendars", "rules"), ("tongban.foundation.ledger", "tree")}
# How a pack is read safely is foundation/packs' gift to the pack.py of every package.
DOORS_FOR_PACK_FILES = {("tongban.foundation.packs", "reading")}


@pytest.mark.slow
def test_other_packages_are_entered_by_their_doors() -> None:
    wrong = [
        f"{path}:{line} imports {package}.{door}"
        for path, tree in modules().items()
        for package, door, line in entries(tree)
        if not path.startswith(house(package).replace(".", "/") + "/") and not may_enter(path, package, door)
    ]
    assert not wrong, "\n".join(
        [
            f"A package is used by its doors only ({', '.join(sorted(DOORS))}). Give it a query or operation:",
            *wrong,
        ]
    )


def may_enter(path: str, package: str, door: str) -> bool:
    if path.startswith("tongban/runtime/"):
        return door in DOORS_FOR_RUNTIME or (package, door) in DOORS_FOR_PACK_FILES
    if "/pack" in path and (package, door) in DOORS_FOR_PACK_FILES:
        return True
    return door in DOORS or (package, door) in PURE_DOORS


def house(package: str) -> str:
    """Return the package that a room is part of: inside it, no doors."""
    return package.rsplit(".", 1)[0] if package in ROOMS else package


def entries(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Yield (package, door, line) of every import of a domain package."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if len(parts) > 3 and parts[0] == "tongban" and parts[1] in DOMAIN_LAYERS:
                depth = 4 if ".".join(parts[:4]) in ROOMS and len(parts) > 4 else 3
                yield ".".join(parts[:depth]), parts[depth], node.lineno


def test_folders_of_a_package_are_the_agreed_ones() -> None:
    """A new layer or a stray top-level package is a decision: write it into docs/decisions first."""
    known = {
        "kernel",
        "foundation",
        "datahub",
        "services",
        "oversight",
        "channels",
        "runtime",
        "demo",
        "locale",
        "client",
    }
    found = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found <= known

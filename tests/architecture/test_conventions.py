"""Conventions that a machine can hold; each says why when it fails."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, calls, modules, tracked_files
from tongban.runtime.environment import ROOT

RAW_CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "localtime", "gmtime"}
MONOTONIC_IS_FINE = {"monotonic", "perf_counter", "sleep"}
EMPTY_NAMES = re.compile(r"^(utils?|helpers?|common|misc|services|managers?|base)\.py$")


@pytest.mark.slow
def test_only_the_clock_reads_the_clock() -> None:
    """Everybody else is told the time (``at=``), so that a decision can be replayed and tested."""
    wrong = [
        f"{path}:{call.lineno} {name}()"
        for path, tree in modules().items()
        if path != "tongban/kernel/clock.py"
        for name, call in calls(tree)
        if is_raw_clock(name, call)
    ]
    assert not wrong, "use tongban.kernel.clock:\n" + "\n".join(wrong)


def is_raw_clock(name: str, call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = ast.unparse(call.func.value)
    if name in RAW_CLOCKS:
        return owner.split(".")[-1] in {"datetime", "date", "time", "timezone"}
    return owner == "time" and name == "time"


def test_no_file_has_a_name_that_says_nothing() -> None:
    """What is in utils.py, helpers.py, common.py or services.py? Name a file after what it owns."""
    wrong = [path for path in modules() if EMPTY_NAMES.match(Path(path).name)]
    assert not wrong, wrong


@pytest.mark.slow
def test_django_signals_are_not_used() -> None:
    """Who reacts to what must be readable: an operation calls, or an event is published."""
    wrong = [
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(".signals")
    ]
    assert not wrong, wrong


def test_operations_say_who_and_when() -> None:
    """Every public operation is keyword-only and takes ``by`` and ``at``: one act of the office, on record."""
    wrong = []
    for path, tree in modules().items():
        name = Path(path)
        # The package's own operations; what keeps a derived thing (an index) further down is no act.
        if name.parts[3:4] not in (("operations.py",), ("operations",)):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and is_act(node):
                keywords = {argument.arg for argument in node.args.kwonlyargs}
                if node.args.args or not {"by", "at"} <= keywords:
                    wrong.append(f"{path}:{node.lineno} {node.name}")
    assert not wrong, "\n".join(wrong)


def is_act(node: ast.FunctionDef) -> bool:
    """An act opens a transaction; what does not is a part of one that another operation calls."""
    return any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)


@pytest.mark.slow
def test_every_named_constraint_has_a_test() -> None:
    """Integrity has a name in the database and a test that names it."""
    declared = {
        keyword.value.value: path
        for path, tree in modules().items()
        for name, call in calls(tree)
        if name.endswith("Constraint")
        for keyword in call.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
    }
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    missing = [f"{name} ({path})" for name, path in sorted(declared.items()) if name not in tests]
    assert not missing, "no test names these constraints:\n" + "\n".join(missing)


def test_every_constraint_has_a_name() -> None:
    nameless = [
        f"{path}:{call.lineno} {name}"
        for path, tree in modules().items()
        if "models" in path
        for name, call in calls(tree)
        if name in {"UniqueConstraint", "CheckConstraint", "ExclusionConstraint"}
        and not any(keyword.arg in ("name", None) for keyword in call.keywords)
    ]
    assert not nameless, nameless


def test_every_template_is_used() -> None:
    folders = sorted(PACKAGE.glob("channels/*/templates"))
    templates = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    source = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    source += "\n".join(path.read_text("utf-8") for path in templates)
    unused = [
        path.relative_to(ROOT).as_posix()
        for path in templates
        for folder in folders
        if path.is_relative_to(folder) and not is_named(path.relative_to(folder), source)
    ]
    assert not unused, unused


def is_named(path: Path, source: str) -> bool:
    return path.as_posix() in source or f'"{path.name}"' in source or f"'{path.name}'" in source


MACHINE_WORDS = re.compile(
    r"/home/[a-z]|/root/|/Users/|/work/|pypi\.org|pythonhosted|deb\.debian\.org|registry\.npmjs|BEGIN [A-Z ]*PRIVATE KEY"
)
MAY_SPEAK_OF_MACHINES = {"tests/architecture/test_conventions.py"}


def test_no_file_speaks_of_one_machine() -> None:
    """Paths of one machine and addresses of one registry are wrong everywhere else."""
    wrong = []
    for path in tracked_files():
        name = path.relative_to(ROOT).as_posix()
        if name in MAY_SPEAK_OF_MACHINES or path.suffix in {".png", ".jpg", ".ico", ".woff2", ".xlsx", ".gz"}:
            continue
        text = path.read_text("utf-8", "replace")
        wrong += [f"{name}: {match.group()}" for match in MACHINE_WORDS.finditer(text)][:3]
    assert not wrong, "\n".join(wrong)


def test_requirements_are_pinned_with_hashes_and_name_no_registry() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text("utf-8")
        assert "://" not in text, path
        pinned = re.findall(r"(?m)^([a-z0-9][^=\s]*)==", text)
        assert pinned
        assert text.count("--hash=sha256:") >= len(pinned), path


@pytest.mark.parametrize("name", ["Makefile", "tools/setup.sh", ".ci/run"])
def test_scripts_for_the_shell_have_no_carriage_returns(name: str) -> None:
    assert b"\r" not in (ROOT / name).read_bytes()


def test_what_is_run_may_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)

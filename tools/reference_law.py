"""Write docs/reference/law.md: each rule, the law it comes from, where it is held, and the tests that show it.

Rules are functions marked ``@law`` (kernel/law.py); tests carry ``@pytest.mark.law``. ``--check`` writes nothing
and fails when the page is out of date, a cell would be empty, or a test names a rule that there is not.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "law.md"
HEAD = """# Rules and the law they come from

Every limit and duty the program holds, the law and article it comes from, the function that holds it, and
the tests that show it. Readings where the law is silent are in [counting.md](counting.md); “类推” marks an
analogy. Written by `tools/reference_law.py` from the code; do not edit.

| rule | law and article | held by | shown by |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its function is marked."""

    code: str
    basis: str
    says: str
    place: str


def main() -> int:
    """Write or check the page; return 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when the page is out of date"
    )
    checking = parser.parse_args().check
    found, tests = list(rules()), shown_by()
    wrong = list(problems(found, tests))
    text = page(found, tests)
    if checking and (not PAGE.is_file() or PAGE.read_text("utf-8") != text):
        wrong.append(f"{PAGE.relative_to(ROOT)} is out of date: run tools/reference_law.py")
    elif not checking:
        PAGE.write_text(text, "utf-8")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


def rules() -> Iterator[Rule]:
    """Yield every rule in the code, in the order of its files."""
    for path in sorted((ROOT / "tongban").rglob("*.py")):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text, str(path))) if "@law(" in text else ():
            if isinstance(node, ast.FunctionDef):
                yield from _marked(node, path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))


def _marked(node: ast.FunctionDef, module: str) -> Iterator[Rule]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "law":
            said = {word.arg: ast.literal_eval(word.value) for word in mark.keywords}
            code = ast.literal_eval(mark.args[0])
            place = f"{module.removeprefix('tongban.')}.{node.name}"
            yield Rule(code, said.get("basis", ""), said.get("says", ""), place)


def shown_by() -> dict[str, list[str]]:
    """Return the tests that show each rule, by its code."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text, str(path))) if "mark.law(" in text else ():
            if isinstance(node, ast.FunctionDef):
                for code in _codes(node):
                    found[code].append(f"{path.relative_to(ROOT / 'tests').as_posix()}::{node.name}")
    return dict(found)


def _codes(node: ast.FunctionDef) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.law":
            yield from (ast.literal_eval(argument) for argument in mark.args)


def problems(found: list[Rule], tests: dict[str, list[str]]) -> Iterator[str]:
    """Yield what is wrong: a rule twice, an empty cell, a test of nothing."""
    places: dict[str, str] = {}
    for rule in found:
        if rule.code in places:
            yield f"{rule.code}: marked at {places[rule.code]} and at {rule.place}"
        places[rule.code] = rule.place
        for name in ("basis", "says"):
            if not getattr(rule, name).strip():
                yield f"{rule.code} ({rule.place}): {name} is empty"
        if rule.code not in tests:
            yield f'{rule.code} ({rule.place}): no test carries @pytest.mark.law("{rule.code}")'
    for code in sorted(tests.keys() - places.keys()):
        yield f"{code}: no rule is marked so, but {tests[code][0]} shows it"


def page(found: list[Rule], tests: dict[str, list[str]]) -> str:
    """Return the page."""
    rows = [
        f'| <a id="{rule.code}"></a>{rule.says} | {rule.basis} | `{rule.place}` | {_listed(tests.get(rule.code, []))} |\n'
        for rule in sorted(found, key=lambda one: (one.place.split(".")[:2], one.code))
    ]
    return HEAD + "".join(rows)


def _listed(names: list[str]) -> str:
    return "<br>".join(f"`{name}`" for name in sorted(set(names)))


if __name__ == "__main__":
    sys.exit(main())

"""What is written from the rules is as fresh as the rules."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tongban.runtime.environment import ROOT


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["reference_cases.py", "reference_law.py"])
def test_reference_is_fresh(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / tool), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_cell_of_the_law_is_empty() -> None:
    rows = [
        line
        for line in (ROOT / "docs/reference/law.md").read_text("utf-8").splitlines()
        if line.startswith("| <a")
    ]
    assert len(rows) >= 20
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4, row
        assert all(cells), row

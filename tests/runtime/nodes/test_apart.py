"""Work for another node in a process of its own: what it gives comes back, and what it can not do is said in its words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tongban.runtime.environment import ROOT

pytestmark = pytest.mark.slow
SCRIPT = """
import os
from tongban.kernel.errors import Conflict, Invalid
from tongban.runtime import boot

boot.set_up_django(boot.NODE_SETTINGS)
from tongban.runtime.nodes.apart import run_as

def fail():
    raise Conflict("not-now", "现在不行：{why}", why="忙")

node = {"TONGBAN_NODE": "pudong", "DATABASE_URL": os.environ["DATABASE_URL"]}
assert run_as(node, lambda: os.environ["TONGBAN_NODE"]) == "pudong"
assert "TONGBAN_NODE" not in os.environ
try:
    run_as(node, fail)
except Invalid as failure:
    print(failure.code, failure)
try:
    run_as(node, lambda: os._exit(1))
except Invalid as failure:
    print(failure.code)
"""


def test_what_it_gives_and_what_it_says(tmp_path: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if name != "TONGBAN_NODE"}
    own = {"TONGBAN_STATE": str(tmp_path), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=variables | own, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["not-now 现在不行：忙", "node-not-prepared"]

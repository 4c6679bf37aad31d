"""Run the tests by speed: the fast part on all cores first, then the browser and what takes long.

Both parts always run; arguments are handed to pytest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 30 * 60
"""Seconds for a part; a single test has its own limit in pyproject.toml."""
NO_TESTS = 5  # pytest's exit code when a part has none
PARTS = (
    ("fast", ["-m", "not slow and not journey", "-n", "auto"]),
    # Journeys share one opened city and so one process; the other slow tests run beside them.
    ("slow and journeys", ["-m", "slow or journey", "-n", "2", "--dist", "loadgroup"]),
)


def environment() -> dict[str, str]:
    """Return the environment, so that what one process has compiled is kept for the hundreds after it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main() -> int:
    """Run both parts; return 1 when one of them failed."""
    failed = []
    for name, options in PARTS:
        print(f"\n── {name} ──", flush=True)
        line = [sys.executable, "-m", "pytest", "-q", *options, *sys.argv[1:]]
        try:
            code = subprocess.run(line, cwd=ROOT, env=environment(), check=False, timeout=LIMIT).returncode
        except subprocess.TimeoutExpired:
            print(f"\n{name}: not at its end after {LIMIT // 60} minutes", flush=True)
            code = 1
        if code not in (0, NO_TESTS):
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

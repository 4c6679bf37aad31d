"""``make bench``: run all benchmarks, or those named, and draw docs/reference/speed.md from the results."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

from benchmarks import page
from benchmarks.harness import ROOT


def names() -> list[str]:
    """Return the names of all benchmarks: the modules here that measure."""
    found = sorted((ROOT / "benchmarks").glob("*.py"))
    return [path.stem for path in found if "\ndef measure(" in path.read_text("utf-8")]


def main() -> int:
    """Run each benchmark in a process of its own, so that none warms or burdens the next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names())}")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.here:
        importlib.import_module(f"benchmarks.{wanted.names[0]}").measure()
        return 0
    failed = []
    for name in wanted.names or names():
        print(f"── {name}", flush=True)
        line = [sys.executable, "-m", "benchmarks", "--here", name]
        if subprocess.run(line, cwd=ROOT, check=False).returncode:
            failed.append(name)
    page.write()
    if failed:
        print(f"did not finish: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

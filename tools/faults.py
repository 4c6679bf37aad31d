"""``make faults``: kill -9 of server, worker and database at random moments during 2,000 submissions.

Afterwards every receipt that somebody has seen is one case with all its events, messages, clocks and records, and
nothing is there by half: ``tests/faults/invariants.py``. Ends with 1 when a rule does not hold.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.faults.opened import KINDS  # noqa: E402
from tests.faults.run import Plan, Report, run  # noqa: E402


def main() -> int:
    """Run, print a small table, and say whether all holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**6), help="the same seed kills the same things"
    )
    parser.add_argument("--port", type=int, default=18950)
    asked = parser.parse_args()
    state = Path(tempfile.mkdtemp(prefix="tongban-faults-"))
    plan = Plan(asked.submissions, asked.clients, asked.kills, asked.seed)
    print(f"seed {plan.seed}, {state}", flush=True)
    report = run(plan, state, asked.port, lambda text: print(f"  {text}", flush=True))
    tell(report)
    if report.broken:
        print(f"the city is kept in {state}")
        return 1
    shutil.rmtree(state, ignore_errors=True)
    return 0


def tell(report: Report) -> None:
    """Print what was done and which rules hold."""
    killed = ", ".join(f"{report.killed[kind]} × {kind}" for kind in KINDS)
    print(
        f"{len(report.receipts)} receipts, {len(report.granted)} granted in {report.seconds:.0f} s; killed: {killed}"
    )
    print(f"{report.retries} requests had to be sent again")
    for one in report.findings:
        more = f": {len(one.broken)}, such as {', '.join(one.broken[:3])}" if one.broken else ""
        print(f"{'✗' if one.broken else '✓'} {one.rule}{more}")


if __name__ == "__main__":
    sys.exit(main())

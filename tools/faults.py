"""``make faults``: kill -9 of server, worker, database and a district's node at random moments during 2,000 submissions and 5,000 calls.

Afterwards every receipt that somebody has seen is one case with all its events, messages, clocks and records, and
nothing is there by half: ``tests/faults/invariants.py``. Every call through the gateway that was answered is on record
once, counted and sealed, and every record is a call that was made once: ``tests/faults/exchanging/rules.py``. Ends with 1
when a rule does not hold.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.faults.exchanging import run as calling  # noqa: E402
from tests.faults.invariants import Finding  # noqa: E402
from tests.faults.opened import KINDS  # noqa: E402
from tests.faults.run import Plan, Report, run  # noqa: E402


def main() -> int:
    """Run, print a small table, and say whether all holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**6), help="the same seed kills the same things"
    )
    parser.add_argument("--port", type=int, default=18950)
    asked = parser.parse_args()
    state = Path(tempfile.mkdtemp(prefix="tongban-faults-"))
    print(f"seed {asked.seed}, {state}", flush=True)
    findings = [*submissions(asked, state), *calls(asked, state)]
    if any(one.broken for one in findings):
        print(f"the city is kept in {state}")
        return 1
    shutil.rmtree(state, ignore_errors=True)
    return 0


def submissions(asked: argparse.Namespace, state: Path) -> list[Finding]:
    """Return the rules of handing in, after the killing."""
    if not asked.submissions:
        return []
    plan = Plan(asked.submissions, asked.clients, asked.kills, asked.seed)
    report = run(plan, state, asked.port, lambda text: print(f"  {text}", flush=True))
    tell(report)
    return report.findings


def calls(asked: argparse.Namespace, state: Path) -> list[Finding]:
    """Return the rules of the exchange, after the killing."""
    if not asked.calls:
        return []
    plan = calling.Plan(asked.calls, asked.clients, asked.kills, asked.seed)
    began = time.monotonic()
    with calling.opened(state / "exchange", asked.port + 10) as setting:
        report = calling.run(plan, setting, lambda text: print(f"  {text}", flush=True))
    killed = ", ".join(f"{report.killed.count(kind)} × {kind}" for kind in calling.KINDS)
    answered = report.all_answered()
    print(
        f"{len(answered)} calls answered, {sum(bool(one.there) for one in answered)} from node to node,"
        f" {len(report.made)} sent in {time.monotonic() - began:.0f} s; killed: {killed}"
    )
    tell_findings(report.findings)
    return report.findings


def tell(report: Report) -> None:
    """Print what was done and which rules hold."""
    killed = ", ".join(f"{report.killed[kind]} × {kind}" for kind in KINDS)
    print(
        f"{len(report.receipts)} receipts, {len(report.granted)} granted in {report.seconds:.0f} s; killed: {killed}"
    )
    print(f"{report.retries} requests had to be sent again")
    tell_findings(report.findings)


def tell_findings(findings: list[Finding]) -> None:
    """Print which rules hold, and what breaks the others."""
    for one in findings:
        more = f": {len(one.broken)}, such as {', '.join(one.broken[:3])}" if one.broken else ""
        print(f"{'✗' if one.broken else '✓'} {one.rule}{more}")


if __name__ == "__main__":
    sys.exit(main())

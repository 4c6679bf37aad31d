"""How long ``tongban run`` takes from nothing stored to a page that answers, downloads apart."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from urllib.request import urlopen

from benchmarks.harness import ROOT, report
from tongban.runtime.processes import free_port

GOAL_SECONDS = 60


def measure() -> None:
    """Start the city twice in an empty folder of state: the first time it makes everything."""
    with tempfile.TemporaryDirectory(prefix="tongban-start-") as state:
        first = seconds_until_a_page(state)
        again = seconds_until_a_page(state)
    report(
        "start_first",
        ours=first,
        unit="s",
        goal=f"<= {GOAL_SECONDS}",
        floor=again,
        notes="from an empty folder; the floor is the second start, where nothing is to be made",
    )


def seconds_until_a_page(state: str) -> float:
    """Start the city on a free port, wait for its address, get the page, stop it; return the seconds."""
    variables = {**os.environ, "TONGBAN_STATE": state, "TONGBAN_LANGUAGE": "en"}
    variables.pop("DATABASE_URL", None)
    line = [sys.executable, "-m", "tongban", "run", "--port", str(free_port(18100))]
    began = time.perf_counter()
    city = subprocess.Popen(line, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True)
    try:
        assert city.stdout
        said = ""
        for said in city.stdout:
            found = re.search(r"http://[\d.]+:\d+/", said)
            if found:
                with urlopen(found.group(), timeout=30) as page:
                    page.read()
                return time.perf_counter() - began
        raise RuntimeError(f"the city did not open: {said}")
    finally:
        city.send_signal(signal.SIGINT)
        city.communicate(timeout=60)


if __name__ == "__main__":
    measure()

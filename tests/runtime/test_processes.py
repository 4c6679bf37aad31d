"""What a command starts ends with it, even when it does not hear that it should."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

DEAF = """
import signal, time
from tongban.runtime import processes
signal.signal(signal.SIGTERM, signal.SIG_IGN)
processes.FOLLOW_SECONDS = 0.05
processes.never_outlive_parent(seconds=0.1)
print("deaf", flush=True)
time.sleep(120)
"""
PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1]], start_new_session=sys.argv[2] == "leads its group")
time.sleep(120)
"""
LATE = """
import os, time
from tongban.runtime import processes
processes.FOLLOW_SECONDS = 0.05
parent = os.getpid()
if os.fork():
    os._exit(0)
time.sleep(0.5)
print("late", flush=True)
processes.never_outlive_parent(parent, seconds=0.1)
time.sleep(120)
"""
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the parent is followed as Linux tells it")


@pytest.mark.slow
@ON_LINUX
@pytest.mark.parametrize("place", ["leads its group", "in its parent's group"])
def test_a_child_that_does_not_hear_is_killed_after_its_parent(place: str) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, DEAF, place], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout and parent.stdout.readline() == "deaf\n"
        parent.send_signal(signal.SIGKILL)
        # The pipe ends when the last who could write to it has gone.
        said, _ = parent.communicate(timeout=20)
    assert said == ""


@pytest.mark.slow
@ON_LINUX
def test_a_fork_whose_parent_has_gone_before_it_could_follow_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", LATE], stdout=subprocess.PIPE, text=True)
    with parent:
        said, _ = parent.communicate(timeout=20)
    assert said == "late\n"

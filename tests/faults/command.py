"""A command of ``tongban`` that goes on until it is ended, as a child of this process, and says where it answers."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tongban.runtime.environment import ROOT

OPENING = 180.0
"""Seconds in which it has opened, even on a machine that is busy."""


class Command:
    """What runs."""

    def __init__(self, *words: str, said: Path, address: re.Pattern[str]) -> None:
        self._line, self._said, self._pattern = [sys.executable, "-m", "tongban", *words], said, address
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """Return the number of its first process; it was started."""
        assert self._process is not None
        return self._process.pid

    def start(self, variables: Mapping[str, str]) -> str:
        """Start it and return its address as soon as it has said it; raise RuntimeError with what it said if it does not."""
        with self._said.open("w", encoding="utf-8") as file:
            self._process = subprocess.Popen(
                self._line, cwd=ROOT, env=variables, text=True, stdout=file, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + OPENING
        while self._process.poll() is None and time.monotonic() < deadline:
            if found := self._pattern.search(self._said.read_text("utf-8")):
                return found.group(1)
            time.sleep(0.1)
        raise RuntimeError(self._said.read_text("utf-8"))

    def end(self, by: signal.Signals) -> None:
        """End it in good order, by this signal; a minute later by force."""
        if self._process is not None:
            self._process.send_signal(by)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(60)
            self._process.kill()
            self._process.wait(10)

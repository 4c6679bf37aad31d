"""The desk: a clerk accepts some of what came in, who decides grants it, in a process of their own."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

from tests.faults.browser import Browser, GaveUp, plain

CLERK, DECIDER = "staff-013", "staff-015"
DONE = (303, 409)
"""Done; or done already, when it was the answer that got lost."""
PATIENCE = 240.0


def decide(address: str, seed: int, share: float, receipts: list[Path], done: Path) -> None:
    """Accept and grant a share of what is handed in, until the file ``done`` is there; its lines are the cases."""
    chance = random.Random(seed)
    desk = Desk(address, chance)
    seen: set[str] = set()
    while True:
        is_over = done.exists()
        fresh = [case for case in _cases(receipts) if case not in seen]
        seen.update(fresh)
        for case in fresh:
            if chance.random() < share:
                desk.accept(case)
        desk.grant_what_is_open()
        if is_over and not fresh:
            break
        time.sleep(0.1)
    desk.grant_all()
    done.with_suffix(".decided").write_text("\n".join(desk.granted), encoding="ascii")


class Desk:
    """Two members of staff with a browser each."""

    def __init__(self, address: str, chance: random.Random) -> None:
        self._clerk, self._decider = Browser(address, chance), Browser(address, chance)
        self._clerk.sign_in(CLERK, "/staff/signin")
        self._decider.sign_in(DECIDER, "/staff/signin")
        self._waiting: list[str] = []
        self.granted: list[str] = []

    def accept(self, case: str) -> None:
        """Accept a case; its branch opens when the worker has heard of it."""
        answer = self._clerk.post(f"/desk/cases/{case}/acts/accept")
        if answer.status not in DONE:
            raise GaveUp(f"accepting was answered {answer.status}: {plain(answer.text)}")
        self._waiting.append(case)

    def grant_what_is_open(self) -> None:
        """Grant each accepted case once; one that is not open yet is left for the next round."""
        for case in tuple(self._waiting):
            answer = self._decider.post(f"/desk/cases/{case}/acts/grant", reasons="材料齐全，符合条件")
            if answer.status in DONE:
                self._waiting.remove(case)
                self.granted.append(case)

    def grant_all(self) -> None:
        """Grant the rest, as the worker opens it."""
        until = time.monotonic() + PATIENCE
        while self._waiting:
            if time.monotonic() > until:
                raise GaveUp(f"{len(self._waiting)} accepted cases were never open to be granted")
            self.grant_what_is_open()
            time.sleep(0.2)


def _cases(receipts: list[Path]) -> list[str]:
    """Return the cases whose receipts have been seen so far; a line that is being written is left for later."""
    lines = [
        line
        for path in receipts
        if path.exists()
        for line in path.read_text("utf-8").splitlines(keepends=True)
    ]
    return [json.loads(line)["case"] for line in lines if line.endswith("\n")]

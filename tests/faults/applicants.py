"""Somebody who hands in application after application, in a process of their own, and writes down each receipt."""

from __future__ import annotations

import json
import random
import re
import threading
from pathlib import Path

from tests.faults.browser import Browser, GaveUp, plain

SERVICE, SITUATION, DISTRICT = "packaged-food-filing", "first", "310104"
PERSONA = "p002"
FIELDS = {
    "contact-name": "曹雯艳", "contact-phone": "13800000000", "shop-name": "梧桐里小店", "premises-area": "36",
    "premises-address": "上海市徐汇区漕溪北路 398 号", "warehouse-address": "上海市徐汇区漕溪北路 398 号",
    "food-items": "饼干、饮料",
}  # fmt: skip
CASE = re.compile(r"/apply/([0-9a-f-]{36})")
PARTY = re.compile(r'value="(company:[0-9a-f-]{36})"')
NUMBER = re.compile(r'<dd class="big">([\d\s]+)</dd>')
LOST, TWICE = 0.15, 0.15
"""How often an answer gets lost on the way, and how often somebody has the same draft open in two tabs."""


def hand_in(address: str, count: int, seed: int, receipts: Path) -> None:
    """Hand in so many, and append a line to the file for each receipt that was seen."""
    chance = random.Random(seed)
    person = Person(Browser(address, chance), chance)
    with receipts.open("a", encoding="utf-8") as file:
        for place in range(count):
            key = f"fault-{seed}-{place}"
            case, number = person.hand_in_one(key)
            line = {"key": key, "case": case, "number": number, "retries": person.browser.retries}
            file.write(json.dumps(line) + "\n")
            file.flush()


class Person:
    """The legal representative of a small company, at home."""

    def __init__(self, browser: Browser, chance: random.Random) -> None:
        self.browser, self._chance = browser, chance
        browser.sign_in(PERSONA)
        self._party = PARTY.findall(browser.ask("GET", f"/apply/item/{SERVICE}").text)[0]

    def hand_in_one(self, key: str) -> tuple[str, str]:
        """Return case and number of the receipt, whatever happens on the way."""
        case = self._begin(key)
        self._fill_in(case)
        place = f"/apply/{case}/check"
        said = {"the-key": key, "true": "on"}
        if self._chance.random() < LOST:
            self.browser.post_unheard(place, **said)
        other = self._other_tab(place, said) if self._chance.random() < TWICE else None
        answer = self.browser.post(place, **said)
        if other is not None:
            other.join()
        if answer.status != 303 or not answer.location.endswith(f"/cases/{case}/receipt"):
            raise GaveUp(f"handing in was answered {answer.status}: {plain(answer.text)}")
        return case, self._number(answer.location)

    def _begin(self, key: str) -> str:
        place, said = f"/apply/item/{SERVICE}", {
            "the-key": key, "the-party": self._party, "the-district": DISTRICT, "the-situation": SITUATION,
        }  # fmt: skip
        if self._chance.random() < LOST:
            self.browser.post_unheard(place, **said)
        answer = self.browser.post(place, **said)
        found = CASE.search(answer.location)
        if found is None:
            raise GaveUp(f"beginning was answered {answer.status} {answer.location}: {plain(answer.text)}")
        return found.group(1)

    def _fill_in(self, case: str) -> None:
        place = f"/apply/{case}/form/1"
        while "/form/" in place:
            answer = self.browser.post(place, go="next", **FIELDS)
            if answer.status != 303:
                raise GaveUp(f"{place} was answered {answer.status}: {plain(answer.text)}")
            place = answer.location

    def _other_tab(self, place: str, said: dict[str, str]) -> threading.Thread:
        tab = threading.Thread(target=self.browser.post_unheard, args=[place], kwargs=said)
        tab.start()
        return tab

    def _number(self, receipt: str) -> str:
        answer = self.browser.ask("GET", receipt)
        found = NUMBER.findall(answer.text)
        if not found:
            raise GaveUp(f"the receipt was answered {answer.status} {answer.location}: {plain(answer.text)}")
        return re.sub(r"\s", "", found[0])

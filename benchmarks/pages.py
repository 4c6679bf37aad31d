"""How many pages a second the portal answers: an item's guide and a search, asked by 16 clients.

The floor is a bare WSGI function that returns the same bytes under the same server. Beside it stands what it
costs when no page is kept yet, every address asked once only. ``page_mix`` is a day as it begins: a server just
started that has kept nothing, half guides of all items and half searches with 500 different queries, some asked
far more often than others (Zipf), counted from the first request on.
"""

from __future__ import annotations

import os
import random
import tempfile
from itertools import count, islice
from pathlib import Path
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from benchmarks.harness import pack_folder, report, served
from benchmarks.load import Load, load
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.runtime import boot

CLIENTS = 16
GOAL, GOAL_P99 = 1500, 30.0
DIFFERENT = 500
QUERIES = ("我要开饭店", "身份证丢了", "开饭管", "身份证 补办", "生孩子", "退休", "过户", "sfz")


def measure() -> None:
    """Open the city, ask, and report item page and search page."""
    with boot.ready():
        items = published()
        boot.disconnect()
        with served("tongban.runtime.wsgi:application") as address:
            guides = [f"/items/{code}" for code in items]
            searches = [f"/search?q={quote(words)}" for words in QUERIES]
            seen = {
                "page_item": (asked(address, guides), anew(address, guides), body(address, guides[0])),
                "page_search": (
                    asked(address, searches),
                    anew(address, searches),
                    body(address, searches[0]),
                ),
            }
        boot.disconnect()
        mix = drawn()
        boot.disconnect()
        with served("tongban.runtime.wsgi:application") as address:
            first = load(address, mix, clients=CLIENTS, seconds=2, warm=0)
            later = load(address, mix[len(first.times) :], clients=CLIENTS, seconds=8, warm=0)
    tell_mix(first, later, len(set(mix)))
    for name, (ours, once, page) in seen.items():
        tell(name, ours, once, floor(page), len(page))


def published() -> list[str]:
    """Load the demonstration city if it is not there, and return the codes of its full guides."""
    from tongban.runtime.publishing import load_city
    from tongban.services.catalogue import queries

    load_city(pack_folder(), by=SYSTEM, at=clock.now())
    return [code for code, item in queries.all_items(state="in_use").items() if item.depth == "full"]


def asked(address: str, paths: list[str]) -> Load:
    """Return what clients saw who ask for these pages in turn, each asked before by somebody else."""
    load(address, paths, clients=CLIENTS, seconds=1, warm=1)
    return load(address, paths, clients=CLIENTS, seconds=5)


def anew(address: str, paths: list[str]) -> Load:
    """Return what clients saw when no page was asked before: a number in the query makes each a new one."""
    number = count()
    fresh = [f"{path}{'&' if '?' in path else '?'}n={next(number)}" for _ in range(400) for path in paths]
    return load(address, fresh[:20_000], clients=CLIENTS, seconds=4, warm=0.5)


def drawn(requests: int = 400_000) -> list[str]:
    """Return addresses in the order they are asked for: guides of all items, searches for 500 of their names.

    The nth most frequent of each is asked 1/n as often as the first.
    """
    from tongban.services.catalogue import queries

    items = queries.all_items(state="in_use")
    words = dict.fromkeys(name for item in items.values() for name in (*item.aliases, item.name))
    chance = random.Random(2026)
    orders: list[list[str]] = []
    for paths in (
        [f"/items/{code}" for code in items],
        [f"/search?q={quote(one)}" for one in islice(words, DIFFERENT)],
    ):
        chance.shuffle(paths)
        orders.append(chance.choices(paths, [1 / n for n in range(1, len(paths) + 1)], k=requests // 2))
    return [path for pair in zip(*orders, strict=True) for path in pair]


def tell_mix(first: Load, later: Load, different: int) -> None:
    """Write the result of the mix: the first two seconds and the eight after them together."""
    whole = Load(first.seconds + later.seconds, first.times + later.times)
    errors = first.errors + later.errors
    report(
        "page_mix",
        ours=whole.rate,
        unit="pages/s",
        goal=f">= {GOAL}",
        also=whole.at(0.99) <= GOAL_P99 and not errors,
        sizes={"clients": CLIENTS, "different_pages": different},
        notes=f"from a cold start; p99 {whole.at(0.99):.1f} ms (goal {GOAL_P99:.0f}); "
        f"first 2 s: {first.rate:.0f}/s, p99 {first.at(0.99):.0f} ms; after: {later.rate:.0f}/s, p99 {later.at(0.99):.1f} ms",
        details={
            "p50_ms": whole.at(0.5), "p99_ms": whole.at(0.99), "errors": errors,
            "first_per_second": first.rate, "first_p99_ms": first.at(0.99),
            "later_per_second": later.rate, "later_p99_ms": later.at(0.99),
        },
    )  # fmt: skip


def body(address: str, path: str) -> bytes:
    """Return the bytes of one page."""
    with build_opener(ProxyHandler({})).open(Request(address + path), timeout=10) as answer:
        return bytes(answer.read())


def floor(page: bytes) -> Load:
    """Return what clients see of a bare WSGI function that answers with the same bytes."""
    with tempfile.NamedTemporaryFile(suffix=".html") as file:
        Path(file.name).write_bytes(page)
        os.environ["TONGBAN_FLOOR_BODY"] = file.name
        with served("benchmarks.floors:fixed_page") as address:
            return load(address, ["/"], clients=CLIENTS, seconds=4)


def tell(name: str, ours: Load, once: Load, least: Load, size: int) -> None:
    """Write the result of one kind of page."""
    report(
        name,
        ours=ours.rate,
        floor=least.rate,
        unit="pages/s",
        goal=f">= {GOAL}",
        also=ours.at(0.99) <= GOAL_P99 and not ours.errors,
        sizes={"clients": CLIENTS, "bytes": size},
        notes=f"p99 {ours.at(0.99):.1f} ms (goal {GOAL_P99:.0f}); made anew each time: {once.rate:.0f}/s",
        details={
            "p50_ms": ours.at(0.5), "p99_ms": ours.at(0.99), "errors": ours.errors, "anew_per_second": once.rate,
            "anew_p50_ms": once.at(0.5), "anew_p99_ms": once.at(0.99), "anew_errors": once.errors,
        },
    )  # fmt: skip


if __name__ == "__main__":
    measure()

"""How many answers a second the programmer's interface gives: an item, a list, a search, asked by 16 clients.

The floor is a bare WSGI function that returns the same bytes under the same server. In the details stands
also what it costs to make an answer that nobody asked for before: every item on the terms of every district.
"""

from __future__ import annotations

import os
from urllib.parse import quote

from benchmarks.harness import report, served
from benchmarks.load import Load, load
from benchmarks.pages import CLIENTS, GOAL_P99, QUERIES, asked, body, floor, published
from tongban.runtime import boot

GOAL = 1500
LISTS = tuple(
    f"/api/v1/items?page={page}&order={order}" for order in ("name", "fast") for page in range(1, 11)
)


def measure() -> None:
    """Open the city, ask, and report an item, a list and a search."""
    os.environ["TONGBAN_API_LIMIT"] = "1000000000"
    with boot.ready():
        items, districts = published(), _districts()
        boot.disconnect()
        paths = {
            "interface_item": [f"/api/v1/items/{code}" for code in items],
            "interface_list": list(LISTS),
            "interface_search": [f"/api/v1/search?q={quote(words)}" for words in QUERIES],
        }
        with served("tongban.runtime.wsgi:application") as address:
            seen = {
                name: (asked(address, asking), body(address, asking[0])) for name, asking in paths.items()
            }
            everywhere = [
                f"/api/v1/items/{code}?district={district}" for district in districts for code in items
            ]
            once = load(address, everywhere, clients=CLIENTS, seconds=1, warm=0)
    for name, (ours, answer) in seen.items():
        tell(name, ours, once, floor(answer), len(answer))


def _districts() -> list[str]:
    from tongban.foundation.government import queries

    return [district.code for district in queries.districts()]


def tell(name: str, ours: Load, once: Load, bare: Load, size: int) -> None:
    """Write the result: answers a second beside the floor's, and the p99 that belongs to the goal."""
    p99 = ours.at(0.99)
    report(
        name,
        ours=ours.rate,
        unit="answers/s",
        goal=f">= {GOAL}",
        floor=bare.rate,
        also=p99 <= GOAL_P99 and not ours.errors,
        sizes={"clients": CLIENTS, "bytes": size},
        notes=f"p99 {p99:.1f} ms (goal {GOAL_P99:.0f}), errors {ours.errors}",
        details={
            "p50_ms": ours.at(0.5),
            "p99_ms": p99,
            "floor_p99_ms": bare.at(0.99),
            "item_made_anew_per_s": once.rate,
            "item_made_anew_p99_ms": once.at(0.99),
        },
    )

"""Circles in what waits for what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def circles(after: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each circle of a graph once, from its first code by the alphabet: ``(a, b, a)``.

    Every circle has at least one member in what is yielded, though two that share a member may give one.
    """
    state: dict[str, int] = {}
    for start in sorted(after):
        if start in state:
            continue
        way: list[str] = [start]
        branches = [iter(after.get(start, ()))]
        state[start] = 1
        while branches:
            code = next(branches[-1], None)
            if code is None:
                state[way.pop()] = 2
                branches.pop()
            elif state.get(code) == 1:
                yield _from_its_first(way[way.index(code) :])
            elif code not in state and code in after:
                state[code] = 1
                way.append(code)
                branches.append(iter(after[code]))


def _from_its_first(members: list[str]) -> tuple[str, ...]:
    start = members.index(min(members))
    turned = members[start:] + members[:start]
    return (*turned, turned[0])

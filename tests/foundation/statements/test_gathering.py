from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from tongban.foundation.statements.operations import Gathering

SECONDS = 30
THREADS = 7


def in_threads(work: Callable[[int], None], count: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def joined(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


class Slow:
    """Doubles numbers; the first time it says that it was asked, and goes on when it is let."""

    def __init__(self) -> None:
        self.asked, self.goes_on = threading.Event(), threading.Event()
        self.batches: list[list[int]] = []

    def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(numbers))
        self.asked.set()
        assert self.goes_on.wait(SECONDS)
        return [ValueError(number) if number == 3 else 2 * number for number in numbers]


def test_who_comes_while_one_is_asking_goes_together() -> None:
    slow = Slow()
    gathering, found = Gathering(slow), dict[int, int | Exception]()

    def ask(number: int) -> None:
        try:
            found[number] = gathering.ask(number)
        except ValueError as why:
            found[number] = why

    first = in_threads(ask, 1)
    assert slow.asked.wait(SECONDS)
    others = in_threads(lambda number: ask(number + 1), THREADS - 1)
    waits_for(lambda: len(gathering._waiting) == THREADS - 1)
    slow.goes_on.set()
    joined([*first, *others])
    assert [len(batch) for batch in slow.batches] == [1, THREADS - 1]
    assert isinstance(found.pop(3), ValueError)  # its own, and nobody else's
    assert found == {number: 2 * number for number in range(THREADS) if number != 3}


def test_when_asking_fails_it_fails_for_all_and_the_next_may_ask() -> None:
    def fail(numbers: Sequence[int]) -> list[int | Exception]:
        if 0 in numbers:
            raise OSError(len(numbers))
        return list(numbers)

    gathering = Gathering(fail)
    with pytest.raises(OSError):
        gathering.ask(0)
    assert gathering.ask(1) == 1


def test_many_threads_each_get_their_own() -> None:
    gathering: Gathering[int, int] = Gathering(lambda numbers: [2 * number for number in numbers])
    wrong: list[int] = []

    def ask(thread: int) -> None:
        for number in range(200):
            if gathering.ask(1000 * thread + number) != 2 * (1000 * thread + number):
                wrong.append(number)

    joined(in_threads(ask, THREADS))
    assert wrong == []
    assert gathering._waiting == []
    assert not gathering._is_asking


def waits_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(SECONDS * 100):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came")

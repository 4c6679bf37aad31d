"""Identifiers: in their order of birth, and never the same, also in processes that were one a moment before."""

from __future__ import annotations

import uuid
from multiprocessing import get_context
from typing import Any

from tongban.kernel.ids import new_id


def test_they_sort_by_their_birth() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids) and len(set(ids)) == 1000
    assert {one.version for one in ids} == {7}


def make(answers: Any) -> None:
    answers.put([new_id().bytes for _ in range(1000)])


def test_processes_that_were_one_draw_different_numbers() -> None:
    new_id()  # what a number is drawn from is there before they part
    context = get_context("fork")
    answers = context.Queue()
    parted = [context.Process(target=make, args=(answers,), daemon=True) for _ in range(2)]
    for one in parted:
        one.start()
    first, second = (answers.get(timeout=20) for _ in parted)
    for one in parted:
        one.join(20)
    # The last eight bytes are chance; the first say when.
    assert not {id[8:] for id in first} & {id[8:] for id in second}
    assert all(uuid.UUID(bytes=id).version == 7 for id in first)

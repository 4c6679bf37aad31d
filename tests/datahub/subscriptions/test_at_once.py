"""Several at once, on connections of their own: positions without gaps, nothing passed by a reader, nothing told twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections, transaction

from tests.factories import feeds
from tests.factories.exchange import PROVIDER
from tests.factories.feeds import FEED, change
from tongban.datahub.subscriptions import points, queries
from tongban.datahub.subscriptions.errors import ChangeDiffers
from tongban.datahub.subscriptions.types import Cursor, Published

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60.0


@pytest.fixture(autouse=True)
def empty_afterwards(transactional_db: None) -> Iterator[None]:
    yield
    connections.close_all()


def at_once(*acts: Callable[[], None]) -> None:
    """Do several things, each in a thread with a connection of its own; raise what the first that failed raised."""
    failed: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as failure:
            failed.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act], daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


def read_on(cursor: list[Cursor], feed: int) -> list[tuple[int, str]]:
    """Return what has come behind a cursor, and move it on."""
    found = points.changes_after(feed, cursor[0], 1000)
    if found:
        cursor[0] = Cursor(found[-1].position, points.BEGINNING)
    return [(one.position, str(one.fields["name"])) for one in found]


@pytest.mark.slow
def test_who_reads_by_positions_passes_nothing() -> None:
    feed = feeds.make_feed()
    writers, each = 3, 25
    cursor, seen = [Cursor(0, points.BEGINNING)], list[tuple[int, str]]()
    left, is_over = threading.Semaphore(0), threading.Event()

    def write(first: int) -> Callable[[], None]:
        def act() -> None:
            for number in range(first, first + each):
                with transaction.atomic():
                    feeds.publish(change(number))
                    connection.cursor().execute("SELECT pg_sleep(%s)", [0.001 * (number % 3)])
            left.release()

        return act

    def read() -> None:
        done = 0
        try:
            while done < writers or feeds.place():
                done += left.acquire(blocking=False)
                feeds.place()
                seen.extend(read_on(cursor, feed.id))
        finally:
            is_over.set()

    def place() -> None:
        while not is_over.is_set():
            feeds.place()

    at_once(*(write(1 + each * place) for place in range(writers)), read, place)
    feeds.place()
    seen.extend(read_on(cursor, feed.id))
    assert [position for position, _ in seen] == list(range(1, writers * each + 1))
    names = [name for _, name in seen]
    assert len(set(names)) == len(names)
    for first in range(1, writers * each, each):
        own = [name for name in names if first <= int(name[1:]) < first + each]
        assert own == [f"甲{number}" for number in range(first, first + each)]
    assert queries.get_feed(PROVIDER, FEED).position == writers * each


def test_two_who_publish_the_same_publish_it_once() -> None:
    feeds.make_feed()
    told: list[Published] = []
    ready = threading.Barrier(4)

    def publish() -> None:
        ready.wait(SECONDS)
        told.append(feeds.publish(*(change(number) for number in range(1, 11))))

    at_once(*[publish] * 4)
    assert sum(one.taken for one in told) == feeds.place() == 10


def test_of_two_who_say_different_things_by_one_id_one_is_refused() -> None:
    feeds.make_feed()
    ready = threading.Barrier(2)

    def publish(name: str) -> Callable[[], None]:
        def act() -> None:
            ready.wait(SECONDS)
            feeds.publish(change(1, name=name))

        return act

    with pytest.raises(ChangeDiffers):
        at_once(publish("甲"), publish("乙"))
    assert feeds.place() == 1

"""Publishing, withdrawing, going back: every act is a new version, nothing is lost."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.catalogue import NOW, load_frame, make_item, publish
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.packs import queries as packs
from tongban.kernel.types import Actor, Subject
from tongban.services.catalogue import operations, queries
from tongban.services.catalogue.errors import AlreadyPublished, ItemUnknown, ReasonMissing

pytestmark = pytest.mark.django_db
CLERK = Actor("staff", "wang", "王工")


@pytest.fixture(autouse=True)
def frame() -> None:
    load_frame()


def test_only_what_changed_becomes_a_new_version() -> None:
    first, second = make_item(), make_item("wine-licence", name="酒类许可")
    assert publish(first, second).added == ("food-licence", "wine-licence")
    assert not publish(first, second)

    changes = publish(first, second.model_copy(update={"plain": "卖酒要办的许可"}))

    assert changes.changed == ("wine-licence",)
    assert [card.number for card in queries.versions("wine-licence")] == [2, 1]
    assert queries.get_item("food-licence").number == 1


def test_item_missing_from_the_folder_is_cancelled_and_kept() -> None:
    publish(make_item(), make_item("wine-licence"))
    assert publish(make_item()).removed == ("wine-licence",)
    found = queries.get_item("wine-licence")
    assert (found.item.state.value, found.number, found.act) == ("cancelled", 2, "withdrawn")
    assert queries.list_items().total == 1
    assert not publish(make_item()), "withdrawn once is enough"


def test_withdrawn_item_comes_back_when_the_folder_says_it_again() -> None:
    publish(make_item())
    publish()
    assert publish(make_item()).changed == ("food-licence",)
    found = queries.get_item("food-licence")
    assert (found.item.state.value, found.number) == ("in_use", 3)


def test_draft_of_the_folder_is_not_published() -> None:
    assert not publish(make_item(state="draft"))
    assert queries.find_item("food-licence") is None


def test_item_that_becomes_a_draft_is_withdrawn() -> None:
    publish(make_item())
    assert publish(make_item(state="draft")).removed == ("food-licence",)


def test_going_back_is_a_new_version_with_who_when_why() -> None:
    publish(make_item())
    publish(make_item(promise={"days": 5}))
    before = packs.current_number()

    number = operations.go_back(code="food-licence", to=1, why="五天做不到", by=CLERK, at=NOW)

    newest = queries.versions("food-licence")[0]
    assert number == newest.number == 3
    assert (newest.act, newest.went_back_to, newest.by, newest.why) == ("went_back", 1, "王工", "五天做不到")
    assert queries.get_item("food-licence").item.promise.days == 10
    assert packs.current_number() > before
    assert ledger.entries(Subject("item", "food-licence"))[0].act == "item.went_back"


def test_going_back_stands_until_the_folder_says_something_new() -> None:
    publish(make_item())
    publish(make_item(promise={"days": 5}))
    operations.go_back(code="food-licence", to=1, why="五天做不到", by=CLERK, at=NOW)
    assert not publish(make_item(promise={"days": 5})), "the folder says what it said before"
    assert queries.get_item("food-licence").number == 3
    assert publish(make_item(promise={"days": 7})).changed == ("food-licence",)


def test_folder_that_agrees_with_what_went_back_makes_no_version() -> None:
    publish(make_item())
    publish(make_item(promise={"days": 5}))
    operations.go_back(code="food-licence", to=1, why="五天做不到", by=CLERK, at=NOW)
    assert not publish(make_item())
    said = queries.published_documents()["food-licence"]
    assert said.digest == said.pack_digest


def test_going_back_needs_a_reason_and_a_version_that_differs() -> None:
    publish(make_item())
    with pytest.raises(ReasonMissing):
        operations.go_back(code="food-licence", to=1, why=" ", by=CLERK, at=NOW)
    with pytest.raises(AlreadyPublished):
        operations.go_back(code="food-licence", to=1, why="试", by=CLERK, at=NOW)
    with pytest.raises(ItemUnknown, match="第 7 版"):
        operations.go_back(code="food-licence", to=7, why="试", by=CLERK, at=NOW)
    with pytest.raises(ItemUnknown):
        operations.go_back(code="nothing", to=1, why="试", by=CLERK, at=NOW)


def test_every_change_is_on_the_ledger() -> None:
    publish(make_item(), why="首次发布")
    publish()
    acts = [entry.act for entry in ledger.entries(Subject("item", "food-licence"))]
    assert sorted(acts) == ["item.published", "item.withdrawn"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_itemversion SET why = 'x'",
        "DELETE FROM catalogue_itemversion",
        "TRUNCATE catalogue_itemversion CASCADE",
    ],
)
def test_item_version_append_only(statement: str) -> None:
    publish(make_item())
    # Keys are deferred; a TRUNCATE while checks wait would fail for that reason, not for ours.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="item_version_append_only"), transaction.atomic():
            cursor.execute(statement)

"""Bundles are stored in versions, each with the figures its items gave at that time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.factories.catalogue import NOW, load_frame, make_item
from tongban.foundation.packs import operations as packs
from tongban.foundation.packs.operations import Changes
from tongban.kernel.digests import digest_of
from tongban.kernel.errors import Conflict, Invalid, NotFound
from tongban.kernel.types import SYSTEM
from tongban.services.bundles import models, operations, queries
from tongban.services.bundles.types import Bundle, Names
from tongban.services.catalogue.types import Item

pytestmark = pytest.mark.django_db
NAMES = Names()


@pytest.fixture(autouse=True)
def frame() -> None:
    load_frame()


def make_bundle(code: str = "restaurant", **changes: Any) -> Bundle:
    fields: dict[str, Any] = {
        "code": code,
        "name": "开饭店",
        "plain": "开一家饭店",
        "icon": "utensils",
        "lead": "market",
        "themes": ("food",),
        "items": ({"item": "food-licence"},),
    }
    return Bundle.model_validate(fields | changes)


def publish(*bundles: Bundle, item: Item | None = None, why: str = "") -> Changes:
    revision = packs.open_revision(act="load", digest=digest_of(None), by=SYSTEM, at=NOW)
    return operations.publish_bundles(
        bundles={bundle.code: bundle for bundle in bundles},
        items={"food-licence": item or make_item()},
        names=NAMES,
        revision=revision,
        by=SYSTEM,
        at=NOW,
        why=why,
    )


def go_back(to: int, why: str = "写错了", code: str = "restaurant") -> int:
    items = {"food-licence": make_item()}
    return operations.go_back(code=code, to=to, why=why, items=items, names=NAMES, by=SYSTEM, at=NOW)


def test_bundle_is_published_once_and_read_back_with_its_figures() -> None:
    assert publish(make_bundle()).added == ("restaurant",)
    assert not publish(make_bundle())
    found = queries.get_bundle("restaurant")
    assert found.bundle == make_bundle()
    assert found.before is not None
    assert found.before.materials == 2
    assert [card.code for card in queries.list_bundles(theme="food", audience="2")] == ["restaurant"]
    assert queries.list_bundles(theme="identity") == ()
    assert [card.code for card in queries.bundles_with("food-licence")] == ["restaurant"]
    assert queries.all_bundles() == {"restaurant": make_bundle()}


def test_changed_item_changes_the_figures_and_makes_a_version() -> None:
    publish(make_bundle())
    assert publish(make_bundle(), item=make_item(materials=[])).changed == ("restaurant",)
    newest, oldest = queries.versions("restaurant")
    assert newest.before is not None
    assert oldest.before is not None
    assert (newest.before.materials, oldest.before.materials) == (0, 2)


def test_bundle_the_compiler_refuses_is_kept_without_figures() -> None:
    publish(make_bundle(items=({"item": "unknown"},)))
    assert queries.get_bundle("restaurant").before is None


def test_bundle_missing_from_the_folder_is_no_longer_offered() -> None:
    publish(make_bundle())
    assert publish().removed == ("restaurant",)
    assert queries.list_bundles() == ()
    assert not queries.get_bundle("restaurant").is_offered
    assert publish(make_bundle()).changed == ("restaurant",)


def test_home_page_order_comes_first() -> None:
    publish(make_bundle("b", featured=2), make_bundle("a"), make_bundle("c", featured=1))
    assert [card.code for card in queries.list_bundles()] == ["c", "b", "a"]


def test_going_back_is_a_new_version() -> None:
    publish(make_bundle())
    publish(make_bundle(plain="开一家小饭店"))
    assert go_back(1) == 3
    found = queries.get_bundle("restaurant")
    assert (found.bundle.plain, found.act, found.why) == ("开一家饭店", "went_back", "写错了")
    assert queries.get_bundle("restaurant", 2).bundle.plain == "开一家小饭店"
    assert not publish(make_bundle(plain="开一家小饭店")), "the folder says what it said before"


def test_going_back_stands_though_the_figures_change() -> None:
    publish(make_bundle())
    publish(make_bundle(plain="开一家小饭店"))
    go_back(1)
    assert publish(make_bundle(plain="开一家小饭店"), item=make_item(materials=[]))
    assert queries.get_bundle("restaurant").bundle.plain == "开一家饭店"


def test_going_back_is_refused_with_a_sentence() -> None:
    publish(make_bundle())
    with pytest.raises(Invalid, match="理由"):
        go_back(1, why="")
    with pytest.raises(Conflict):
        go_back(1)
    with pytest.raises(NotFound):
        go_back(2)
    with pytest.raises(NotFound):
        go_back(1, code="nothing")
    with pytest.raises(NotFound):
        queries.get_bundle("nothing")
    assert queries.find_bundle("restaurant", 9) is None


@pytest.mark.parametrize(
    "statement", ["UPDATE bundles_bundleversion SET why = 'x'", "DELETE FROM bundles_bundleversion"]
)
def test_bundle_version_append_only(statement: str) -> None:
    publish(make_bundle())
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="bundle_version_append_only"):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("bundle_version_number_once", {"number": 1}),
        ("bundle_version_counts_from_one", {"number": 0}),
        ("bundle_version_digest_is_sha256", {"digest": "x"}),
        ("bundle_version_act_known", {"act": "lost"}),
        ("bundle_version_going_back_says_why", {"act": "went_back", "went_back_to": 1, "why": ""}),
    ],
)
def test_constraints_of_versions(name: str, change: dict[str, Any]) -> None:
    publish(make_bundle())
    version = models.BundleVersion.objects.get()
    version.id, version.number = models.new_id(), 2
    for field, value in change.items():
        setattr(version, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        version.save(force_insert=True)


def test_bundle_code_once() -> None:
    publish(make_bundle())
    row = models.Bundle.objects.get()
    row.id = models.new_id()
    with pytest.raises(IntegrityError, match="bundle_code_once"), transaction.atomic():
        row.save(force_insert=True)

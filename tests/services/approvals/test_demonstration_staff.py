"""The demonstration city can decide what it offers: in every department that a case of a published full item or of a
bundle is routed to somebody reviews, decides, heads, two can visit; who reviews first is there; somebody accepts.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from tests.factories.shanghai import shanghai
from tongban.services.catalogue.types import FIRST_REVIEW_MODE, Depth, Item, ItemState


@cache
def able() -> dict[str, dict[str, set[str]]]:
    """Return department → duty → staff who work for the whole city: a case may be filed in any district."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for member in shanghai().staff.values():
        for code in () if member.districts else member.posts:
            post = shanghai().posts[code]
            for duty in post.may:
                found[post.department][str(duty)].add(member.code)
    return found


def offered() -> list[Item]:
    """Return the items that can be applied for: published in full, or part of a bundle."""
    bundled = {entry.item for bundle in shanghai().bundles.values() for entry in bundle.items}
    return [
        item
        for item in shanghai().items.values()
        if item.code in bundled or (item.depth is Depth.FULL and item.state is ItemState.IN_USE)
    ]


def departments() -> list[str]:
    return sorted({item.department for item in offered()})


@pytest.mark.parametrize("department", departments())
def test_every_department_that_a_case_is_routed_to_reviews_decides_and_has_a_head(department: str) -> None:
    staff = able()[department]
    assert len(staff["review"]) >= 2
    assert staff["decide"]
    assert staff["head"]


def test_two_people_of_every_department_that_checks_on_the_spot() -> None:
    checks = {item.department for item in offered() if item.site_check and item.site_check.needed}
    assert checks
    assert not [department for department in checks if len(able()[department]["joint-visit"]) < 2]


def test_who_reviews_first_is_there() -> None:
    lower = {
        code for item in offered() if item.handle_mode == FIRST_REVIEW_MODE for code in item.joint_departments
    }
    assert not [department for department in lower if len(able()[department]["review"]) < 2]


def test_somebody_accepts_for_every_department() -> None:
    """The hall accepts for who has no window of their own (行政许可法 26)."""
    halls = {code for code, department in shanghai().departments.items() if department.is_hall}
    assert halls and all(able()[code]["accept"] for code in halls)


def test_some_work_for_one_district_and_somebody_of_it_decides() -> None:
    limited = [member for member in shanghai().staff.values() if member.districts]
    for district in {code for member in limited for code in member.districts}:
        posts = [shanghai().posts[code] for one in limited if district in one.districts for code in one.posts]
        assert {"review", "decide"} <= {str(duty) for post in posts for duty in post.may}
    assert len(limited) >= 4


def test_somebody_acts_for_the_government() -> None:
    posts = {
        post.code
        for post in shanghai().posts.values()
        if {"head", "supervise"} <= {str(duty) for duty in post.may}
    }
    assert any(posts & set(member.posts) for member in shanghai().staff.values())

"""The demonstration city can decide what its bundles ask for: somebody reviews, decides, heads, and two can visit."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from tongban.runtime.city import CityPack, read_city
from tongban.runtime.environment import ROOT


@cache
def city() -> CityPack:
    return read_city(ROOT / "city" / "shanghai")[0]


@cache
def able() -> dict[str, dict[str, set[str]]]:
    """Return department → duty → staff."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for member in city().staff.values():
        for code in member.posts:
            post = city().posts[code]
            for duty in post.may:
                found[post.department][str(duty)].add(member.code)
    return found


def departments() -> list[str]:
    return sorted(
        {city().items[entry.item].department for bundle in city().bundles.values() for entry in bundle.items}
    )


@pytest.mark.parametrize("department", departments())
def test_every_department_of_a_bundle_reviews_decides_and_has_a_head(department: str) -> None:
    staff = able()[department]
    assert len(staff["review"]) >= 2
    assert staff["decide"]
    assert staff["head"]


def test_two_people_of_every_department_that_checks_on_the_spot() -> None:
    bundled = {entry.item for bundle in city().bundles.values() for entry in bundle.items}
    checks = {
        item.department
        for item in city().items.values()
        if item.code in bundled and item.site_check and item.site_check.needed
    }
    assert not [department for department in checks if len(able()[department]["joint-visit"]) < 2]


def test_somebody_acts_for_the_government() -> None:
    posts = {
        post.code
        for post in city().posts.values()
        if {"head", "supervise"} <= {str(duty) for duty in post.may}
    }
    assert any(posts & set(member.posts) for member in city().staff.values())

"""Whom the staff's sign-in page of a demonstration offers: the telling ones first, everybody once, found by words."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.portal.conftest import Get
from tests.factories import shanghai as city
from tests.factories.staff import open_office
from tongban.channels.portal.presenters import personas
from tongban.channels.portal.presenters.personas import Offered
from tongban.foundation.government.types import Department, Post, StaffMember
from tongban.foundation.identity.types import Persona


@pytest.fixture(scope="module")
def shanghai() -> tuple[list[Persona], list[StaffMember], dict[str, Post], dict[str, Department]]:
    pack = city.shanghai()
    assert pack is not None
    members = list(pack.staff.values())
    people = [
        Persona(one.code, "staff", one.name, "、".join(pack.posts[code].name for code in one.posts), "")
        for one in members
    ]
    return people, members, pack.posts, pack.departments


def everybody(some: Offered) -> list[str]:
    found = [*some.first, *(one for group in some.by_department for one in group.personas)]
    return [one.code for one in found]


def test_the_telling_ones_of_shanghai_come_first(
    shanghai: tuple[list[Persona], list[StaffMember], dict[str, Post], dict[str, Department]],
) -> None:
    some = personas.offered(*shanghai)
    first = {one.code for one in some.first}
    members = {one.code: one.posts[0] for one in shanghai[1]}
    posts = {members[code] for code in first}
    assert posts >= {
        "window-clerk", "reviewer-market", "decider-market", "reviewer-fire", "head-fire", "reviewer-water",
        "head-street-office", "effectiveness-supervisor", "system-officer", "security-officer", "audit-officer",
    }  # fmt: skip
    assert len(first) < 16 and not some.is_open
    assert sorted(everybody(some)) == sorted(one.code for one in shanghai[0])


def test_what_is_looked_for_is_found_with_all_of_its_department(
    shanghai: tuple[list[Persona], list[StaffMember], dict[str, Post], dict[str, Department]],
) -> None:
    some = personas.offered(*shanghai, wanted="消防 负责人")
    assert everybody(some) == ["staff-041"] and some.is_open
    assert everybody(personas.offered(*shanghai, wanted="没有这个人")) == []


DUTIES = st.lists(st.sampled_from(["accept", "review", "decide", "head", "supervise"]), unique=True)


@given(st.lists(DUTIES, max_size=30))
def test_everybody_is_offered_once(held: list[list[str]]) -> None:
    posts = {
        f"p{n}": Post(code=f"p{n}", name="岗", english="Post", department=f"d{n % 7}", may=tuple(may))
        for n, may in enumerate(held)
    }
    departments = {
        f"d{n}": Department(code=f"d{n}", name="局", short="局", english="B", level="4") for n in range(7)
    }
    members = [StaffMember(code=f"s{n}", name="人", posts=(f"p{n}",)) for n in range(len(held))]
    people = [Persona(one.code, "staff", "人", "岗", "Post") for one in members]
    some = personas.offered(people, members, posts, departments)
    assert sorted(everybody(some)) == sorted(one.code for one in members)
    assert all(group.personas for group in some.by_department)


@pytest.mark.django_db
def test_the_page_finds_without_scripts(get: Get, settings: object) -> None:
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    open_office()
    page = Client().get("/staff/signin?find=fire&next=/desk").content.decode()
    assert 'value="s-fire"' in page and 'value="s-clerk"' not in page
    assert '<input type="hidden" name="next" value="/desk">' in page
    assert "没有这样的人" in Client().get("/staff/signin?find=nobody").content.decode()

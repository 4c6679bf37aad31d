"""What the plan believes of the services is what the city pack says of them."""

from __future__ import annotations

import pytest

from tests.factories.shanghai import shanghai
from tongban.demo.plan import Line
from tongban.demo.plan.lines import LINES
from tongban.runtime.city import CityPack
from tongban.services.catalogue.types import CaseKind, Item, ItemState

PERSON = "1"


def named(line: Line) -> str:
    return f"{line.code}-{line.situation}" if line.situation else line.code


def items_of(line: Line, pack: CityPack) -> list[Item]:
    codes = [one.item for one in pack.bundles[line.code].items] if line.is_bundle else [line.code]
    return [pack.items[code] for code in codes]


def people(pack: CityPack, department: str, duty: str) -> int:
    posts = {post.code for post in pack.posts.values() if post.department == department and duty in post.may}
    return sum(bool(posts & set(member.posts)) for member in pack.staff.values())


@pytest.mark.parametrize("line", LINES, ids=named)
def test_it_can_be_applied_for_and_decided(line: Line) -> None:
    pack = shanghai()
    for item in items_of(line, pack):
        assert item.state is ItemState.IN_USE
        audience = {str(one.value) for one in item.audience}
        assert audience - {PERSON} if line.who == "company" else PERSON in audience
        assert people(pack, item.department, "review"), item.department
        assert people(pack, item.department, "decide"), item.department
        if item.site_check and item.site_check.needed and item.site_check.when is None:
            assert line.visit
            assert people(pack, item.department, "joint-visit") >= 2
        if item.handle_mode == "2":
            assert line.lower or line.is_bundle
            assert people(pack, item.joint_departments[0], "review")
    lead = pack.bundles[line.code].lead if line.is_bundle else pack.items[line.code].department
    assert people(pack, lead, "accept")


@pytest.mark.parametrize("line", [one for one in LINES if not one.is_bundle], ids=named)
def test_its_terms_are_those_of_the_item(line: Line) -> None:
    item = shanghai().items[line.code]
    situations = {one.code: one for one in item.situations}
    assert not line.situation or line.situation in situations
    own = situations[line.situation].promise if line.situation else None
    limit = own or item.promise or item.statutory
    assert limit is not None
    assert line.days <= limit.days
    assert line.is_immediate <= (item.case_kind is CaseKind.IMMEDIATE)
    assert line.silence == item.silence_is_consent
    assert line.lower == (item.handle_mode == "2")
    assert line.later == any(paper.necessity == "3" for paper in item.materials)
    assert line.licence == any(result.licence in shanghai().licences for result in item.results)
    if line.commitment:
        assert any(one.by == "commitment" for paper in item.materials for one in paper.instead)


def test_combined_licences_are_where_the_bundle_gives_one() -> None:
    for line in LINES:
        if line.combined:
            assert line.is_bundle
            assert shanghai().bundles[line.code].combined_licence

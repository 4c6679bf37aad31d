"""At the desk of one district's bureau: another district's cases are not found, opened or offered."""

from __future__ import annotations

import pytest

from tests.channels.desk.conftest import Moment, deliver, seat
from tests.factories import approvals as factory
from tests.factories.cases import Cast
from tests.services.approvals.test_districts import CHANGNING, OF_XUHUI, XUHUI, post_staff
from tongban.kernel.types import SYSTEM
from tongban.services.cases import queries as cases


@pytest.fixture
def found(offices: Cast, moment: Moment) -> dict[str, str]:
    """Return an accepted case a district: its id."""
    post_staff(*OF_XUHUI)
    ids = {one: str(factory.accepted(offices, "alone", district=one)) for one in (CHANGNING, XUHUI)}
    deliver(moment.at)
    return ids


def test_the_queue_and_its_search_show_the_own_district_only(found: dict[str, str]) -> None:
    numbers = {one: str(cases.get_case(id, by=SYSTEM).number) for one, id in found.items()}
    there = seat("xuhui-1")
    page = there.get("/desk").content.decode()
    assert found[XUHUI] in page and found[CHANGNING] not in page
    for district, is_shown in ((XUHUI, True), (CHANGNING, False)):
        page = there.get("/desk", {"q": numbers[district]}).content.decode()
        assert (found[district] in page) is is_shown
    whole = seat("market-1").get("/desk").content.decode()
    assert found[XUHUI] in whole and found[CHANGNING] in whole


@pytest.mark.parametrize("who", ["xuhui-1", "xuhui-9", "xuhui-window"])
def test_another_district_s_case_can_not_be_opened(found: dict[str, str], who: str) -> None:
    client = seat(who)
    address = f"/desk/cases/{found[CHANGNING]}"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/acts/take").status_code == 404


def test_only_colleagues_of_the_district_are_offered(found: dict[str, str]) -> None:
    head = seat("market-9")
    offered = {
        one: "徐汇xuhui-1" in head.get(f"/desk/cases/{found[one]}?act=assign").content.decode()
        for one in found
    }
    assert offered == {CHANGNING: False, XUHUI: True}

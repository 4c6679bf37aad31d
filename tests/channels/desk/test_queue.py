"""The queue: what waits, by the clock; many at once."""

from __future__ import annotations

from tests.channels.desk.conftest import AtDesk, Moment, deliver
from tests.factories.cases import Cast, submit


def test_a_new_case_waits_for_a_clerk(cast: Cast, at_desk: AtDesk, moment: Moment) -> None:
    submit(cast)
    deliver(moment.at)

    page = at_desk("s-market-clerk").get("/desk")

    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    said = page.content.decode()
    assert "待受理" in said and "正常" in said

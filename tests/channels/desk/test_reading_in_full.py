"""What was typed is shown in full for a purpose only, and the person it is about is told."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.channels.desk.conftest import Moment, deliver, seat
from tests.factories.cases import CLERK, Cast, fill, start
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.messages import queries as messages
from tongban.services.cases import operations


@pytest.mark.slow
@pytest.mark.law("unmasking-is-told")
def test_what_was_typed_is_shown_in_full_for_a_purpose_and_the_person_is_told(
    cast: Cast, moment: Moment
) -> None:
    case_id = start(cast)
    fill(cast, case_id)
    operations.save_fields(
        case_id=case_id, values={"agent-name": "欧阳小明"}, by=cast.applicant, at=moment.at
    )
    operations.submit(case_id=case_id, by=cast.applicant, at=moment.at)
    deliver(moment.at)
    operations.accept(case_id=case_id, by=CLERK, at=moment.at)
    deliver(moment.at)
    reviewer, address = seat("s-market-review"), f"/desk/cases/{case_id}/unmask/agent-name"
    page = reviewer.get(f"/desk/cases/{case_id}").content.decode()
    assert "欧*明" in page and "欧阳小明" not in page and address in page

    assert (
        reviewer.post(address, {"purpose": "other", "other": "", "law": "食品安全法 35"}).status_code == 422
    )
    answer = reviewer.post(address, {"purpose": "identity", "law": "食品安全法 35"})

    assert "欧阳小明" in reviewer.get(answer["Location"]).content.decode()
    told = messages.inbox(cast.subject, case=case_id)[0]
    assert told.title == "有人看了您的完整信息"
    assert "审查员（演示）" in told.body and "食品安全法 35" in told.body and "核对身份" in told.body
    noted = next(one for one in ledger.entries(cast.subject) if one.act == "case.unmasked")
    assert noted.detail["field"] == "agent-name"
    moment.at += dt.timedelta(seconds=61)
    assert "欧阳小明" not in reviewer.get(answer["Location"]).content.decode()
    assert (
        seat("s-market-decide").post(address, {"purpose": "identity", "law": "食品安全法 35"}).status_code
        == 422
    )

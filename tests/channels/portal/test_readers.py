"""Who looked at one's data: cases read, numbers read in full; questions go to the security officer; nobody else sees."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.channels.portal.test_apply import cast, enter, filed, mine, picture, words
from tests.factories.cases import CLERK, Cast
from tongban.foundation.documents import operations as operations_of_documents
from tongban.foundation.documents import queries as documents
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity import queries
from tongban.foundation.ledger.models import Record
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.cases import operations

pytestmark = pytest.mark.django_db
__all__ = ["cast", "enter", "mine"]  # fixtures of the pages to apply: the same city, the same people
PAGE = "/account/readers"


@pytest.fixture
def read(cast: Cast) -> str:
    """Have a clerk read the case of p001; return the number of the record."""
    cache.clear()
    receipt = filed(cast)
    operations.read_case(case_id=receipt.case_id, purpose="受理申请", by=CLERK, at=clock.now())
    return str(Record.objects.get(act="case.read").id)


def test_a_look_is_shown_with_office_case_and_purpose(mine: Client, read: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = words(mine.get(PAGE))
    assert len(asked) <= 20, "\n".join(one["sql"][:120] for one in asked)
    for said in ("受理员（演示）", "受理申请", "办件", "我不认得这次查看"):
        assert said in page, said
    assert "谁看过我的信息" in words(mine.get("/account"))
    assert mine.get(f"/en{PAGE}").status_code == 200


def test_nobody_sees_or_questions_anothers_looks(enter: Any, mine: Client, read: str) -> None:
    other = enter("p003")
    assert "受理申请" not in words(other.get(PAGE))
    assert other.post(f"{PAGE}/{read}/question").status_code == 404
    assert not Record.objects.filter(act="identity.reading_questioned").exists()
    assert Client().get(PAGE)["Location"].startswith("/signin")
    assert enter("s-window").get(PAGE).status_code == 403


def test_a_question_reaches_the_security_officer_once(mine: Client, read: str) -> None:
    for _ in range(2):
        assert mine.post(f"{PAGE}/{read}/question").status_code == 303
    assert Record.objects.filter(act="identity.reading_questioned").count() == 1
    page = words(mine.get(f"{PAGE}?asked=1"))
    assert "安全管理员在核对" in page
    assert "我不认得" not in page
    (found,) = queries.questioned_readings(at=clock.now())
    assert (found.staff, found.purpose) == (CLERK.id, "受理申请")
    other = Record.objects.filter(act="case.submit").values_list("id", flat=True)[0]
    assert mine.post(f"{PAGE}/{other}/question").status_code == 404
    assert mine.get(f"{PAGE}/{read}/question").status_code == 404


def test_who_opened_a_file_is_shown_by_its_name_and_one_s_own_look_is_not(
    mine: Client, enter: Any, cast: Cast
) -> None:
    paper = a_file(cast)
    for by, purpose in ((cast.applicant, "本人查看"), (CLERK, "审查申请 TB-1")):
        documents.read(paper, by=by, purpose=purpose, at=clock.now())
    record = Record.objects.get(act="document.read", actor_kind="staff").id

    page = words(mine.get(PAGE))

    assert "文件 · 布局图.png" in page and "审查申请 TB-1" in page and "本人查看" not in page
    assert "布局图.png" not in words(enter("p003").get(PAGE))
    assert enter("p003").post(f"{PAGE}/{record}/question").status_code == 404
    assert mine.post(f"{PAGE}/{record}/question").status_code == 303
    assert "安全管理员在核对" in words(mine.get(PAGE))
    own = Record.objects.get(act="document.read", actor_kind="person").id
    assert mine.post(f"{PAGE}/{own}/question").status_code == 404


def a_file(cast: Cast) -> uuid.UUID:
    """Store a drawing of the applicant's and return its number."""
    return operations_of_documents.store(
        data=picture().getvalue(), name="布局图.png", purpose="material",
        owner=Subject("person", cast.applicant.id), by=cast.applicant, at=clock.now(),
    ).id  # fmt: skip


def test_a_number_read_in_full_is_shown_with_its_law(mine: Client, cast: Cast) -> None:
    person = identity.settle_persona(code="p001", by=SYSTEM, at=clock.now())
    # What a post may do is the business of other tests: here somebody may.
    from tongban.foundation.ledger import operations as ledger

    detail = {"field": "number", "purpose": "核对身份", "law": "行政许可法 34"}
    ledger.record(act="identity.unmasked", subject=person.subject, by=CLERK, at=clock.now(), detail=detail)
    page = words(mine.get(PAGE))
    for said in ("完整的证件号码", "核对身份", "行政许可法 34"):
        assert said in page, said

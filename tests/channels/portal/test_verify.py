"""/verify: what anyone may know of a licence, by what stands on it and by its file."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.channels.portal.conftest import Get
from tongban.foundation.documents import queries as files
from tongban.foundation.government import queries as government
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.catalogue import operations as catalogue
from tongban.services.licences import operations, queries
from tongban.services.licences.types import Grant, Licence, Line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet(db: None) -> None:
    cache.clear()


@pytest.fixture
def licence(get: Get) -> Licence:
    from tests.factories.catalogue import make_city

    city = make_city(demonstration="演示")
    catalogue.keep_code_lists(city=city, by=SYSTEM, at=clock.now())
    grant = Grant(
        type="food", name="食品经营许可证", holder=Subject("company", str(uuid.uuid4())), holder_name="上海梧桐里餐饮管理有限公司",
        item="food-licence", item_version=1, department=government.departments()[0].code, district="",
        branch_id=uuid.uuid4(), validity="5 年", face=(Line("法定代表人", "沈知行"),),
    )  # fmt: skip
    return queries.get_licence(operations.issue(grant=grant, by=SYSTEM, at=clock.now()))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def told(answer: Any) -> str:
    return text(answer).partition('id="wrong"')[2].partition("</div>")[0]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_asks_for_what_stands_on_a_licence(get: Get, prefix: str) -> None:
    answer = get(f"{prefix}/verify")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert ("验证码" in text(answer)) == (prefix == "")


@pytest.mark.parametrize("by", ["identifier", "number"])
def test_a_valid_licence_is_shown_with_its_holder_masked(licence: Licence, get: Get, by: str) -> None:
    said = text(get(f"/verify?id={getattr(licence, by).lower()}&code={licence.code.lower()}"))
    assert "这张证照现在有效" in said
    assert "上海梧桐*****有限公司" in said
    assert licence.issuer in said
    assert "梧桐里" not in said
    assert "沈知行" not in said


def test_a_wrong_code_and_an_unknown_number_sound_the_same(licence: Licence, get: Get) -> None:
    wrong, unknown = (get(f"/verify?id={number}&code=ZZZZZZ") for number in (licence.number, "SPJY999"))
    assert wrong.status_code == unknown.status_code == 404
    assert told(wrong) == told(unknown) and "没有查到" in told(wrong)


def test_half_of_it_is_asked_for_again(get: Get) -> None:
    assert get("/verify?id=SPJY1").status_code == 422
    assert get("/verify?id=%00&code=%00").status_code == 400


def test_a_revoked_licence_says_so_and_by_which_law(licence: Licence, get: Get) -> None:
    operations.revoke(id=licence.id, law="行政许可法 69", reason="材料不实", by=SYSTEM, at=clock.now())
    said = text(get(f"/en/verify?id={licence.identifier}&code={licence.code}"))
    assert "Revoked" in said
    assert "行政许可法 69" in said
    assert "材料不实" not in said


def test_guessing_is_stopped(licence: Licence, get: Get) -> None:
    answers = [get(f"/verify?id={licence.number}&code=AAAAA{sign}").status_code for sign in "23456789" * 5]
    assert answers[0] == 404
    assert answers[-1] == 429


def upload(data: bytes) -> Any:
    client = Client(raise_request_exception=False)
    return client.post("/verify", {"file": SimpleUploadedFile("a.pdf", data, "application/pdf")})


@pytest.mark.slow
def test_a_file_is_checked_and_not_kept(licence: Licence, get: Get) -> None:
    document = operations.seal_page(id=licence.id, by=SYSTEM, at=clock.now())
    data = files.read(document, by=SYSTEM, purpose="test")
    whole = text(upload(data))
    assert "印章完好" in whole
    assert "这张证照现在有效" in whole
    changed = bytearray(data)
    changed[len(data) // 4] ^= 1
    said = text(upload(bytes(changed)))
    assert "印章完好" not in said
    assert "现在有效" not in said


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"hello", 200), (b"%PDF-1.7\n%%EOF", 200), (b"x" * (5 * 1024 * 1024 + 1), 422)],
)
def test_other_files_are_answered_in_words(get: Get, data: bytes, status: int) -> None:
    answer = upload(data)
    assert answer.status_code == status
    assert "印章完好" not in text(answer)

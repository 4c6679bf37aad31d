"""Applying: begun, filled in, papers, handed in, looked after; what is refused and what is never shown."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests.factories.cases import CLERK, Cast, fill, load_city_of_cases, settle_cast, start
from tongban.channels.ui import frame, revision
from tongban.foundation.identity import operations as identity
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM
from tongban.services.cases import operations, queries
from tongban.services.cases.types import CaseState, Demand

Enter = Callable[[str], Client]


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    load_city_of_cases()
    revision.forget()
    frame._frame.cache_clear()
    return settle_cast()


@pytest.fixture
def enter(cast: Cast) -> Enter:
    """Sign an invented person in: ``enter("p001")``."""

    def signed(code: str) -> Client:
        client = Client(raise_request_exception=False)
        client.get("/signin")
        client.post("/signin/persona", {"persona": code})
        return client

    return signed


@pytest.fixture
def mine(enter: Enter) -> Client:
    return enter("p001")


def words(response: Any) -> str:
    return response.content.decode()


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")
    made.seek(0)
    made.name = "布局图.png"
    return made


def begun(client: Client, cast: Cast, service: str = "item/food-licence", **more: str) -> str:
    sent = {"the-party": f"person:{cast.applicant.id}", "the-key": "k1"} | more
    answer = client.post(f"/apply/{service}", sent)
    assert answer.status_code == 303, words(answer)
    return answer["Location"]


def test_the_whole_way_from_the_item_to_the_receipt(mine: Client, cast: Cast) -> None:
    page = words(mine.get("/apply/item/food-licence"))
    assert "为谁办" in page
    base = begun(mine, cast)
    assert mine.get(base)["Location"] == f"{base}/form/1"
    form = words(mine.get(f"{base}/form/1"))
    assert "已替您填好" in form and "人口库" in form and "信息有误" in form

    answer = mine.post(f"{base}/form/1", {"shop-name": "小面馆", "floor-area": "80.5", "go": "next"})
    assert answer["Location"] == f"{base}/materials", words(answer)
    papers = words(mine.get(f"{base}/materials"))
    assert papers.index("不用带") < papers.index("请准备")
    assert mine.post(f"{base}/materials/give", {"paper": "food-licence--layout", "file": picture()}).status_code == 303
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', papers)
    assert shown
    sent = {"paper": "food-licence--health", "agree": "1", "shown": shown.group(1)}
    assert mine.post(f"{base}/materials/sign", sent).status_code == 303

    check = words(mine.get(f"{base}/check"))
    assert "齐了，可以提交" in check
    key = re.search(r'name="the-key" value="([0-9a-f]+)"', check)
    assert key
    done = mine.post(f"{base}/check", {"the-key": key.group(1), "true": "1"})
    again = mine.post(f"{base}/check", {"the-key": key.group(1), "true": "1"})
    assert done["Location"] == again["Location"]
    receipt = mine.get(done["Location"])
    assert "查询码" in words(receipt) and receipt["Cache-Control"] == "no-store"
    case_id = uuid.UUID(base.rpartition("/")[2])
    case = queries.get_case(case_id, by=cast.applicant)
    assert case.state is CaseState.RECEIVED and case.number
    assert queries.spaced(case.number) in words(receipt)
    assert "等窗口看材料齐不齐" in words(mine.get(f"/cases/{case_id}"))
    assert mine.get(base)["Location"] == f"/cases/{case_id}"

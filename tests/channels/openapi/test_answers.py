"""What the answers hold: the published records, whole, in few statements."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tongban.channels.openapi import guard
from tongban.channels.ui import revision
from tongban.services.catalogue import queries as catalogue

pytestmark = pytest.mark.slow

ITEM, BUNDLE = "food-workshop-permit", "opening-a-restaurant"
PATHS = (
    "items", "items?theme=trade-permits&department=public-security&order=fast&size=3", "items?district=310104&online=true",
    f"items/{ITEM}", f"items/{ITEM}?version=1&district=310104", f"items/{ITEM}/versions",
    f"items/{ITEM}/changes?before=1&after=1", "search?q=开饭店", "search?q=开饭管", "search?theme=trade-permits&q=执照",
    "search", "suggest?q=sfz", "bundles", "bundles?audience=1&theme=birth", f"bundles/{BUNDLE}",
    f"bundles/{BUNDLE}?version=1", f"bundles/{BUNDLE}/versions", f"bundles/{BUNDLE}/reference", "city", "departments",
    "departments/public-security", "departments/上海市公安局", "districts", "streets?district=310104", "centres", "themes?audience=2",
    "licences", "elements", "sources", "calendar?first=2026-02-10&last=2026-02-28", "", "openapi.json", "catalogue.json",
    "items.csv", "dcat.json", "schemas/item.json", "schemas/bundle.json", "schemas/catalogue.json",
)  # fmt: skip


def get(ask: Client, path: str, **headers: str) -> Any:
    answer = ask.get(f"/api/v1/{path}", **headers)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


@pytest.mark.parametrize("path", PATHS)
def test_no_answer_takes_more_than_four_statements(  # type: ignore[no-untyped-def]
    ask: Client, path: str, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries
) -> None:
    """The second time, made anew: the code lists that a revision's first request remembers are there."""
    monkeypatch.setattr(guard, "SHELF", guard.Shelf(most_pages=0))
    ask.get(f"/api/v1/{path}")
    with django_assert_max_num_queries(4):
        assert ask.get(f"/api/v1/{path}").status_code == 200


def test_an_answer_asked_for_again_costs_no_statement(ask: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    first = ask.get(f"/api/v1/items/{ITEM}")
    revision.current()
    with django_assert_num_queries(0):
        again = ask.get(f"/api/v1/items/{ITEM}")

    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert int(again["RateLimit-Remaining"]) == int(first["RateLimit-Remaining"]) - 1
    assert "Link" in ask.get("/api/v1/items")
    assert ask.get("/api/v1/items")["Link"] == ask.get("/api/v1/items")["Link"]


def test_a_new_revision_is_seen(ask: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask.get("/api/v1/city")
    monkeypatch.setattr(revision, "current", lambda: -1)

    assert ask.get("/api/v1/city")["ETag"] != first["ETag"]


def test_an_item_is_the_record_of_the_pack(ask: Client) -> None:
    found = get(ask, f"items/{ITEM}")
    published = catalogue.get_item(ITEM)

    assert found["item"] == published.item.model_dump(mode="json")
    assert found["number"] == found["current"] == published.number
    assert found["district"] is None


def test_a_district_with_terms_of_its_own_says_so(ask: Client) -> None:
    code, item = next((code, item) for code, item in catalogue.all_items("in_use").items() if item.variants)
    district = next(iter(item.variants))

    assert get(ask, f"items/{code}?district={district}")["district"] == district


def test_a_summary_does_not_pretend_to_need_nothing(ask: Client) -> None:
    items = [one for page in (1, 2, 3) for one in get(ask, f"items?size=100&page={page}")["items"]]

    assert {one["depth"] for one in items} == {"full", "summary"}
    assert all((one["visits"] is None) == (one["depth"] == "summary") for one in items)
    assert all((one["materials"] is None) == (one["depth"] == "summary") for one in items)


def test_pages_lead_to_each_other_and_hold_everything_once(ask: Client) -> None:
    first = ask.get("/api/v1/items?size=100&order=materials")
    assert first["Link"] == (
        '</api/v1/items?size=100&order=materials&page=1>; rel="first", '
        '</api/v1/items?size=100&order=materials&page=2>; rel="next", '
        f'</api/v1/items?size=100&order=materials&page={first.json()["pages"]}>; rel="last"'
    )
    codes: list[str] = []
    address: str | None = "/api/v1/items?size=100&order=materials"
    while address:
        page = ask.get(address)
        codes += [one["code"] for one in page.json()["items"]]
        links = dict(reversed(link.split("; rel=")) for link in page["Link"].replace('"', "").split(", "))  # type: ignore[misc]
        address = links["next"].strip("<>") if "next" in links else None
    assert len(codes) == len(set(codes)) == first.json()["total"]


def test_a_page_past_the_last_is_empty_and_leads_back(ask: Client) -> None:
    page = ask.get("/api/v1/items?page=100000")

    assert page.json()["items"] == []
    assert 'rel="first"' in page["Link"]
    assert 'rel="next"' not in page["Link"]


def test_links_carry_words_of_any_script(ask: Client) -> None:
    assert "q=%E5%BC%80%E9%A5%AD%E5%BA%97" in ask.get("/api/v1/search?q=开饭店&size=1")["Link"]


def test_search_says_what_it_put_right(ask: Client) -> None:
    found = get(ask, "search?q=开饭管")

    assert found["corrected"]
    assert found["items"][0]["code"].startswith(BUNDLE)
    assert get(ask, "search?q=开饭管&literal=true")["corrected"] is None


def test_the_reference_case_is_what_no_answers_give(ask: Client) -> None:
    told = ask.post(f"/api/v1/bundles/{BUNDLE}/compile", {"answers": {}}, "application/json")

    assert told.status_code == 200
    assert told["Cache-Control"] == "no-store"
    assert told.json() == get(ask, f"bundles/{BUNDLE}/reference")
    figures = get(ask, f"bundles/{BUNDLE}")
    assert (told.json()["before"], told.json()["after"]) == (figures["before"], figures["after"])


def test_sentences_of_a_compiled_bundle_speak_the_callers_language(ask: Client) -> None:
    spoken = get(ask, f"bundles/{BUNDLE}/reference", HTTP_ACCEPT_LANGUAGE="en")
    reasons = [saving["reason"] for saving in spoken["savings"]]

    assert sum(reason.isascii() for reason in reasons) > len(reasons) / 2


def test_the_spring_festival_is_off_and_paid_for_with_weekends(ask: Client) -> None:
    days = {one["date"]: one for one in get(ask, "calendar?first=2026-02-14&last=2026-02-28")}

    assert days["2026-02-17"]["why"] == "holiday"
    assert days["2026-02-17"]["working"] is False
    assert days["2026-02-28"]["why"] == "worked-weekend"


def test_a_department_answers_to_any_of_its_names(ask: Client) -> None:
    known = get(ask, "departments/public-security")

    assert all(
        get(ask, f"departments/{name}")["code"] == known["code"] for name in (known["name"], known["short"])
    )

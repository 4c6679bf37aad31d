"""Pages of the portal: what they say, which status they have, and that no query breaks them."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from django.db import OperationalError
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.portal.conftest import Get
from tongban.channels.portal.views import browse
from tongban.channels.ui.middleware import PageMiddleware
from tongban.channels.ui.pages import KEEP
from tongban.services.catalogue.search import queries as search

PAGES = ("/", "/items", "/search", "/search?q=许可", "/themes", "/themes/food", "/for/person", "/for/company", "/bundles",
         "/departments", "/departments/market", "/districts", "/districts/xuhui", "/centres", "/about", "/accessibility",
         "/privacy", "/open-data", "/sitemap", "/view")  # fmt: skip


WRONG = {
    "/nope": 404,
    "/en/nope": 404,
    "/themes/nope": 404,
    "/departments/nope": 404,
    "/districts/nope": 404,
    "/centres/nope": 404,
    "/for/nobody": 404,
    "/fr": 404,
    "/fr/items": 404,
    "/items?page=99": 404,
    "/items?page=abc": 422,
    "/items?page=0": 422,
    "/items?page=-1": 422,
    "/items?page=１": 422,
    "/items?page=" + "9" * 50: 422,
    "/items?order=worst": 422,
    "/items?easy=never": 422,
    "/items?department=nope": 422,
    "/items?theme=%27%3B--": 422,
    "/search?q=a&audience=9": 422,
    "/search?q=许可&page=9999": 404,
    "/view?set=purple": 422,
    "/district?code=999999": 422,
    "/search?q=%00": 400,
    "/search?q=" + "a" * 5000: 414,
    "/centres?district=%ff%fe": 422,
}


@pytest.mark.slow
@pytest.mark.parametrize(("prefix", "language"), [("", "zh-CN"), ("/en", "en")])
def test_every_page_answers_in_both_languages(get: Get, prefix: str, language: str) -> None:
    for path in PAGES:
        answer = get(prefix + path)
        page = answer.content.decode()

        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in page, path
        assert page.count("<h1") == 1, path
        assert answer["Content-Security-Policy"].startswith("default-src 'self'"), path
        assert answer["X-Content-Type-Options"] == "nosniff", path


def test_a_wrong_address_gets_a_clear_sentence(get: Get) -> None:
    for address, status in WRONG.items():
        answer = get(address)

        assert answer.status_code == status, address
        assert re.search(r'<p class="title-lead">\S', answer.content.decode()), address
        assert KEEP not in answer, address


def test_a_language_we_do_not_speak_is_named(get: Get) -> None:
    assert "只有中文和英文" in get("/fr/items").content.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "page", "order", "easy", "audience", "theme", "district", "x"]),
            st.text(max_size=30),
        ),
        max_size=4,
    )
)
@pytest.mark.parametrize("path", ["/search", "/items", "/suggest", "/centres", "/items.csv", "/view"])
@pytest.mark.slow
def test_no_query_breaks_a_page(get: Get, path: str, pairs: list[tuple[str, str]]) -> None:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value.encode("utf-8", "replace").decode())

    assert get(f"{path}?{query.urlencode()}").status_code in (200, 303, 400, 404, 422)


def test_only_reading_is_possible(get: Get) -> None:
    answer = get("/items", "post")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert get("/items", "delete").status_code == 405
    assert get("/items", "head").status_code == 200


def test_one_address_for_one_page(get: Get) -> None:
    answer = get("/items/?page=2")

    assert (answer.status_code, answer["Location"]) == (301, "/items?page=2")


def test_tidying_an_address_never_leads_to_another_site() -> None:
    answer = PageMiddleware(lambda request: HttpResponse())(
        RequestFactory().get("/", PATH_INFO="//evil.example/")
    )

    assert answer["Location"] == "/evil.example"


def test_a_choice_of_view_is_kept_and_leads_back(get: Get) -> None:
    answer = get("/view?set=large&back=/items%3Fpage%3D2", tb_view="contrast")

    assert (answer.status_code, answer["Location"]) == (303, "/items?page=2")
    assert answer.cookies["tb_view"].value == "large.contrast"
    assert answer.cookies["tb_view"]["samesite"] == "Lax"
    assert get("/view?set=normal&back=/", tb_view="large").cookies["tb_view"].value == ""
    assert 'data-type="large"' in get("/items", tb_view="large").content.decode()


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "/%0d%0aSet-Cookie:x=1", "/%5cevil.example"]
)
def test_the_way_back_never_leads_to_another_site(get: Get, back: str) -> None:
    assert get(f"/view?set=large&back={back}")["Location"] == "/"
    assert get(f"/en/district?code=310104&back={back}")["Location"] == "/en/"


def test_a_district_is_shown_once_chosen(get: Get) -> None:
    assert get("/district?code=310104&back=/centres").cookies["tb_district"].value == "310104"
    assert "徐汇区" in get("/", tb_district="310104").content.decode()


def test_lists_are_paged_filtered_and_ordered(get: Get) -> None:
    first, second = (get(f"/items?page={number}").content.decode() for number in (1, 2))

    assert first.count('class="result"') == 20
    assert (
        re.findall(r'href="/items/([^"?]+)"', first)[:20]
        != re.findall(r'href="/items/([^"?]+)"', second)[:20]
    )
    assert get("/items?order=fast&easy=at_once&easy=online&audience=2").status_code == 200
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


def test_a_list_can_be_taken_away_as_a_table(get: Get) -> None:
    answer = get("/items.csv?theme=food")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))

    assert answer["Content-Type"].startswith("text/csv")
    assert rows
    assert all("food" in row["themes"].split(";") for row in rows)


def test_what_was_not_found_is_counted_each_time_and_never_kept(get: Get) -> None:
    for _ in range(3):
        answer = get("/search?q=飞碟驾驶执照")
        assert answer.status_code == 200
        assert KEEP not in answer

    assert [(one.text, one.count) for one in search.missed()] == [("飞碟驾驶执照", 3)]


def test_what_was_found_is_kept(get: Get) -> None:
    assert KEEP in get("/items")
    assert KEEP in get("/search?q=许可证") or "没有找到" in get("/search?q=许可证").content.decode()


def test_what_people_type_is_shown_as_text(get: Get) -> None:
    page = get("/search?q=<script>alert(1)</script>").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_list_for_search_engines_names_every_page_in_both_languages(get: Get) -> None:
    tree = ElementTree.fromstring(get("/sitemap.xml").content)
    addresses = [one.text or "" for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]

    assert len(addresses) > 60
    assert len(set(addresses)) == len(addresses)
    assert all(get(address.partition("testserver")[2]).status_code == 200 for address in addresses[:70:10])
    assert "Sitemap: http://testserver/sitemap.xml" in get("/robots.txt").content.decode()


def test_while_the_database_is_away_a_page_says_so(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(code: str) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(browse.catalogue, "find_theme", away)
    answer = get("/themes/food")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "12345" in answer.content.decode()


def test_our_own_failure_is_a_page_too(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(code: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(browse.catalogue, "find_theme", broken)
    answer = get("/en/themes/food")

    assert answer.status_code == 500
    assert "not your fault" in answer.content.decode()

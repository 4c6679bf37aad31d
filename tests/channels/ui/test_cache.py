"""Pages kept before Django: what is kept, for whom, and what is never kept."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tongban.channels.ui import assets, cache, revision
from tongban.channels.ui.cache import Page, Shelf, key_of, made, page_cache
from tongban.channels.ui.pages import KEEP


class Application:
    """Answers every request with its address, and counts."""

    def __init__(self, keep: bool = True, status: str = "200 OK") -> None:
        self.calls, self.keep, self.status = 0, keep, status

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.calls += 1
        start(self.status, [("Content-Type", "text/html"), *([(KEEP, "1")] if self.keep else [])])
        return [f"{environ['PATH_INFO']} {self.calls}".encode()]


class Answer:
    """What came back of one request."""

    def __init__(self, application: Any, path: str = "/", **environ: str) -> None:
        given = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "HTTP_HOST": "here",
            **environ,
        }
        self.status = ""
        self.headers: dict[str, str] = {}
        self.body = b"".join(application(given, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status, self.headers = status, dict(headers)


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Give a function that publishes a revision."""

    def publish(number: int) -> None:
        monkeypatch.setattr(revision, "current", lambda: number)

    publish(1)
    return publish


def test_a_page_is_made_once_and_sent_to_all() -> None:
    inner = Application()
    outer = page_cache(inner)

    assert Answer(outer, "/a").body == Answer(outer, "/a").body == b"/a 1"
    assert inner.calls == 1


def test_a_new_revision_makes_it_anew(published: Callable[[int], None]) -> None:
    inner = Application()
    outer = page_cache(inner)
    Answer(outer)
    published(2)

    assert Answer(outer).body == b"/ 2"


@pytest.mark.parametrize(
    "other",
    [
        {"PATH_INFO": "/en/"},
        {"QUERY_STRING": "page=2"},
        {"HTTP_COOKIE": "tb_view=large"},
        {"HTTP_COOKIE": "tb_district=310104"},
        {"HTTP_HOST": "there"},
    ],
)
def test_pages_that_differ_are_kept_apart(other: dict[str, str]) -> None:
    inner = Application()
    outer = page_cache(inner)
    Answer(outer)
    Answer(outer, **{"path": "/", **other} if "PATH_INFO" not in other else {"path": other["PATH_INFO"]})

    assert inner.calls == 2


def test_the_order_of_the_query_and_foreign_cookies_do_not_matter() -> None:
    base = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "here"}

    assert key_of({**base, "QUERY_STRING": "a=1&b=2"}) == key_of({**base, "QUERY_STRING": "b=2&a=1"})
    assert key_of({**base, "QUERY_STRING": "a=1&a=2"}) != key_of({**base, "QUERY_STRING": "a=2&a=1"})
    assert key_of({**base, "HTTP_COOKIE": "x=1; tb_view=nonsense"}) == key_of(base)


@pytest.mark.parametrize(
    "environ",
    [{"HTTP_COOKIE": "sessionid=abc"}, {"QUERY_STRING": "q=" + "a" * 600}, {"REQUEST_METHOD": "POST"}],
)
def test_some_requests_are_always_answered_anew(environ: dict[str, str]) -> None:
    inner = Application()
    outer = page_cache(inner)
    Answer(outer, **environ)
    answer = Answer(outer, **environ)

    assert inner.calls == 2
    assert KEEP not in answer.headers or environ.get("REQUEST_METHOD") == "POST"


@pytest.mark.parametrize("inner", [Application(keep=False), Application(status="404 Not Found")])
def test_what_no_view_gave_to_keep_is_not_kept(inner: Application) -> None:
    outer = page_cache(inner)
    Answer(outer)
    Answer(outer)

    assert inner.calls == 2


def test_who_has_it_already_is_told_so() -> None:
    outer = page_cache(Application())
    first = Answer(outer)
    again = Answer(outer, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert again.status == "304 Not Modified"
    assert again.body == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_compressed_form_is_the_same_page() -> None:
    outer = page_cache(Application())
    plain, small = Answer(outer), Answer(outer, HTTP_ACCEPT_ENCODING="br, gzip")

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert "Cookie" in plain.headers["Vary"]


def test_a_head_has_the_headers_and_no_body() -> None:
    outer = page_cache(Application())
    page = Answer(outer)
    head = Answer(outer, REQUEST_METHOD="HEAD")

    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(page.body))


def test_assets_are_sent_without_asking_anybody() -> None:
    inner = Application()
    answer = Answer(page_cache(inner), assets.address("tongban.css"))

    assert inner.calls == 0
    assert answer.headers["Cache-Control"] == assets.FOREVER
    assert b"--action" in answer.body


def test_the_page_used_longest_ago_makes_room() -> None:
    shelf = Shelf(most_pages=2)
    keys = [(1, "", path, "", "", "") for path in ("/a", "/b", "/c")]
    for key in keys[:2]:
        shelf.put(key, a_page())
    shelf.get(keys[0])
    shelf.put(keys[2], a_page())

    assert [shelf.get(key) is not None for key in keys] == [True, False, True]


def test_memory_is_bounded() -> None:
    shelf = Shelf(most_bytes=50_000)
    for number in range(100):
        shelf.put((1, "", f"/{number}", "", "", ""), a_page(b"x" * 5000))

    assert shelf.bytes <= 50_000
    assert 0 < len(shelf) < 100


def test_without_a_database_nothing_is_kept_and_the_page_still_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> int:
        raise cache.DatabaseError("away")

    monkeypatch.setattr(revision, "current", away)
    inner = Application()
    outer = page_cache(inner)

    assert Answer(outer).status == Answer(outer).status == "200 OK"
    assert inner.calls == 2


def a_page(body: bytes = b"page") -> Page:
    return made(body, [("Content-Type", "text/html")])

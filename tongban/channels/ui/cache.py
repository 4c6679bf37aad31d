"""Pages are the same for everybody, so each is made once a revision of the pack and kept in memory.

This layer stands before Django: a page that is known costs one look into a dictionary. It keeps only what
a view said may be kept (``render(keep=True)``), answers 304 to who has it already, and sends the
compressed form that was made once. A key names everything a page depends on: revision, language and
address, query, and the two choices a reader can make (view, district).
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db import Error as DatabaseError

from tongban.channels.ui import assets, revision
from tongban.channels.ui.middleware import HEADERS, LONGEST_QUERY
from tongban.channels.ui.pages import KEEP
from tongban.channels.ui.reader import DISTRICT_COOKIE, VIEW_COOKIE, View

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]
Key = tuple[int, str, str, str, str, str]

MOST_PAGES = 4000
MOST_BYTES = 96 * 1024 * 1024
"""What one process keeps at most; the page used longest ago goes first."""
LONGEST_KEPT_QUERY = 512
"""Longer queries are answered but not kept: nobody asks twice."""
ENCODING_LEVEL = 6
COOKIES = re.compile(rf"(?:^|;\s*)({VIEW_COOKIE}|{DISTRICT_COOKIE})=([a-z0-9.]{{0,40}})(?=\s*(?:;|$))")
SESSION = re.compile(r"(?:^|;\s*)sessionid=")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is sent, plain and compressed, each with its own tag."""

    plain: bytes
    compressed: bytes
    plain_headers: Headers
    compressed_headers: Headers
    plain_tag: str
    compressed_tag: str

    @property
    def size(self) -> int:
        """Return how many bytes it holds in memory, about."""
        return len(self.plain) + len(self.compressed) + 2000


class Sized(Protocol):
    """Something that knows how many bytes it holds in memory, about."""

    @property
    def size(self) -> int:
        """Return how many bytes it holds, about."""
        ...


Kept = TypeVar("Kept", bound=Sized)


class Shelf(Generic[Kept]):
    """What one process keeps, within bounds of number and size."""

    def __init__(self, most_pages: int = MOST_PAGES, most_bytes: int = MOST_BYTES) -> None:
        self.most_pages, self.most_bytes = most_pages, most_bytes
        self.bytes = 0
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Hashable) -> Kept | None:
        """Return the page with this key, if it is kept, and note that it was used."""
        page = self._pages.get(key)
        if page is not None:
            with self._lock:
                if key in self._pages:
                    self._pages.move_to_end(key)
        return page

    def put(self, key: Hashable, page: Kept) -> None:
        """Keep a page; those used longest ago make room."""
        with self._lock:
            old = self._pages.pop(key, None)
            self.bytes += page.size - (old.size if old else 0)
            self._pages[key] = page
            while len(self._pages) > self.most_pages or self.bytes > self.most_bytes:
                _, gone = self._pages.popitem(last=False)
                self.bytes -= gone.size


def page_cache(application: Application) -> Application:
    """Return the application with kept pages and assets before it."""
    shelf = Shelf[Page]()
    files = {address: _file(asset) for address, asset in assets.by_address().items()}

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return application(environ, start)
        page = files.get(environ.get("PATH_INFO", ""))
        if page is not None:
            return _send(page, environ, start)
        key = key_of(environ)
        if key is None:
            return _uncached(application, environ, start)
        page = shelf.get(key)
        if page is not None:
            return _send(page, environ, start)
        if environ["REQUEST_METHOD"] == "HEAD":
            return _uncached(application, environ, start)
        return _make(application, shelf, key, environ, start)

    return answer


def key_of(environ: dict[str, Any]) -> Key | None:
    """Return what the page depends on; None where pages may not be kept (a session, a long query, no database)."""
    cookies, query = environ.get("HTTP_COOKIE", ""), environ.get("QUERY_STRING", "")
    if len(query) > min(LONGEST_KEPT_QUERY, LONGEST_QUERY) or SESSION.search(cookies):
        return None
    view = district = ""
    if cookies:
        choices = dict(COOKIES.findall(cookies))
        view, district = View.read(choices.get(VIEW_COOKIE, "")).written(), choices.get(DISTRICT_COOKIE, "")
    try:
        number = revision.current()
    except DatabaseError:
        return None  # the page itself will say it in plain words
    if query:
        # By name only: of two values of one name, which comes last matters.
        query = "&".join(sorted(query.split("&"), key=lambda pair: pair.partition("=")[0]))
    # Links that one sends carry the site's address, so pages of two host names are two pages.
    host = f"{environ.get('wsgi.url_scheme', '')}://{environ.get('HTTP_HOST', '')}"
    return number, host, environ.get("PATH_INFO", ""), query, view, district if len(district) == 6 else ""


class _Started:
    """Catches what the application says to start_response."""

    status = ""
    headers: Headers

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        self.status, self.headers = status, headers
        return lambda data: None


def _uncached(
    application: Application, environ: dict[str, Any], start: Callable[..., Any]
) -> Iterable[bytes]:
    def started(status: str, headers: Headers, exc_info: Any = None) -> Any:
        kept = [pair for pair in headers if pair[0] != KEEP]
        return start(status, kept, exc_info) if exc_info else start(status, kept)

    return application(environ, started)


def _make(
    application: Application, shelf: Shelf[Page], key: Key, environ: dict[str, Any], start: Callable[..., Any]
) -> Iterable[bytes]:
    started = _Started()
    body = application(environ, started)
    headers = [pair for pair in started.headers if pair[0] != KEEP]
    if len(headers) == len(started.headers) or not started.status.startswith("200"):
        # Not to be kept (or a stream without an end in sight): passed on as it is.
        start(started.status, headers)
        return body
    try:
        page = made(b"".join(body), headers)
    finally:
        close = getattr(body, "close", None)
        if close:
            close()
    shelf.put(key, page)
    return _send(page, environ, start)


def made(body: bytes, headers: Headers) -> Page:
    """Return the page of a response: compressed once, tagged by its content."""
    dropped = {"content-length", "etag", "cache-control", "vary"}
    headers = [(name, value) for name, value in headers if name.lower() not in dropped]
    # A browser asks every time, and is told “nothing new” in a few bytes: a page is never stale.
    headers += [("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding, Cookie")]
    return _page(body, gzip.compress(body, ENCODING_LEVEL, mtime=0), headers)


def _page(body: bytes, compressed: bytes, headers: Headers) -> Page:
    mark = hashlib.sha256(body).hexdigest()[:20]
    plain_tag, compressed_tag = f'"{mark}"', f'"{mark}-gzip"'
    return Page(
        body, compressed,
        [*headers, ("ETag", plain_tag), ("Content-Length", str(len(body)))],
        [*headers, ("ETag", compressed_tag), ("Content-Encoding", "gzip"), ("Content-Length", str(len(compressed)))],
        plain_tag, compressed_tag,
    )  # fmt: skip


def _file(asset: assets.Asset) -> Page:
    headers = [
        ("Content-Type", asset.kind),
        ("Cache-Control", assets.FOREVER),
        ("Vary", "Accept-Encoding"),
        *((name, HEADERS[name]) for name in ("X-Content-Type-Options", "Content-Security-Policy")),
    ]
    return _page(asset.body, asset.compressed, headers)


def _send(page: Page, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body, headers, tag = page.compressed, page.compressed_headers, page.compressed_tag
    else:
        body, headers, tag = page.plain, page.plain_headers, page.plain_tag
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    if known and (tag in known or known.strip() == "*"):
        start(
            "304 Not Modified",
            [
                pair
                for pair in headers
                if pair[0] not in ("Content-Length", "Content-Type", "Content-Encoding")
            ],
        )
        return []
    start("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

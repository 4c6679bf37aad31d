"""Pages of lists: one shape for all, and Link headers to the neighbours (RFC 8288)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from tongban.kernel.pages import Page

S = TypeVar("S")
T = TypeVar("T")


class Listed(BaseModel, Generic[T]):
    """A page of a list."""

    items: list[T]
    page: int = Field(description="This page, from 1; one past the last is empty")
    size: int = Field(description="How many a page holds at most")
    total: int = Field(description="How many there are on all pages")
    pages: int = Field(description="How many pages there are, at least one")


def listed(
    page: Page[S], request: HttpRequest, response: HttpResponse, shown: Callable[[S], T] | None = None
) -> Listed[T]:
    """Return the page as a document and put links to its neighbours into the response's Link header.

    Args: ``shown`` makes an entry of the document out of each result; without it they are entries already.
    """
    link_pages(page.number, page.pages, request, response)
    items: list[Any] = [shown(item) for item in page.items] if shown else list(page.items)
    return Listed(items=items, page=page.number, size=page.size, total=page.total, pages=page.pages)


def link_pages(number: int, pages: int, request: HttpRequest, response: HttpResponse) -> None:
    """Put links to the first, previous, next and last page into the response's Link header."""
    links = [("first", 1), ("prev", number - 1), ("next", number + 1), ("last", pages)]
    there = [(rel, page) for rel, page in links if 1 <= page <= pages]
    response.headers["Link"] = ", ".join(f'<{_address(request, page)}>; rel="{rel}"' for rel, page in there)


def cut(everything: Collection[T], number: int, size: int) -> Page[T]:
    """Return one page of a list that is in memory."""
    start = (number - 1) * size
    return Page(tuple(everything)[start : start + size], number, size, len(everything))


def _address(request: HttpRequest, number: int) -> str:
    query = {name: request.GET[name] for name in request.GET} | {"page": str(number)}
    return f"{request.path}?{urlencode(query)}"

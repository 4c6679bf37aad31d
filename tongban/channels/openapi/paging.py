"""Pages of lists: one shape for all, and Link headers to the neighbours (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from tongban.kernel.pages import Page

T = TypeVar("T")
LARGEST = 100

PageNumber = Annotated[int, Query(ge=1, le=100_000, description="Pages count from 1")]
PageSize = Annotated[int, Query(ge=1, le=LARGEST, description=f"How many a page, at most {LARGEST}")]


class Listed(BaseModel, Generic[T]):
    """A page of a list; ``total`` counts all results, ``pages`` all pages."""

    model_config = ConfigDict(from_attributes=True)

    items: list[T]
    page: int = Field(description="This page, from 1")
    size: int
    total: int
    pages: int


def listed(page: Page[T], request: HttpRequest, response: HttpResponse) -> dict[str, object]:
    """Return the page as a document and put links to its neighbours into the response's Link header."""
    links = [("first", 1), ("prev", page.number - 1), ("next", page.number + 1), ("last", page.pages)]
    there = [(rel, number) for rel, number in links if 1 <= number <= page.pages]
    response.headers["Link"] = ", ".join(f'<{_address(request, number)}>; rel="{rel}"' for rel, number in there)
    return {
        "items": list(page.items),
        "page": page.number,
        "size": page.size,
        "total": page.total,
        "pages": page.pages,
    }


def cut(everything: Iterable[T], number: int, size: int) -> Page[T]:
    """Return one page of a short list that is in memory."""
    found: Sequence[T] = tuple(everything)
    start = (number - 1) * size
    return Page(tuple(found[start : start + size]), number, size, len(found))


def _address(request: HttpRequest, number: int) -> str:
    query = {name: request.GET.getlist(name) for name in request.GET} | {"page": [str(number)]}
    return f"{request.path}?{urlencode(query, doseq=True)}"

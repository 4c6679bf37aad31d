"""Every address says who may call it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def test_every_route_says_who_may_call_it() -> None:
    """Put ``@public`` (channels/ui/access.py), or the rule that applies, on the view."""
    silent = [f"{address} → {name_of(view)}" for address, view in routes() if not access_of(view)]
    assert not silent, "\n".join(silent)


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        else:
            yield from routes(pattern, address)


def access_of(view: Any) -> object:
    return getattr(view, "access", None) or getattr(getattr(view, "__self__", None), "access", None)


def name_of(view: Any) -> str:
    return f"{getattr(view, '__module__', '?')}.{getattr(view, '__qualname__', view)}"

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


@pytest.fixture
def told_by_proxy() -> Callable[..., Any]:
    """The layer alone: to import the module builds the whole application."""
    from tongban.runtime import wsgi

    return wsgi.told_by_proxy


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return [f"{environ['wsgi.url_scheme']} {environ['REMOTE_ADDR']}".encode()]


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ({}, b"http 127.0.0.1"),
        ({"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, b"http 192.0.2.7"),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.9, 192.0.2.7"}, b"http 192.0.2.7"),
        ({"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, b"https 192.0.2.7"),
        ({"HTTP_X_FORWARDED_PROTO": "javascript"}, b"http 127.0.0.1"),
    ],
)
def test_proxy_tells_who_reads(
    told_by_proxy: Callable[..., Any], headers: dict[str, str], seen: bytes
) -> None:
    environ = {"REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", **headers}
    assert list(told_by_proxy(application)(environ, lambda *_: None)) == [seen]

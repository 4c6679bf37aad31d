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


def test_a_proxy_that_ends_tls_is_known_by_its_own_address() -> None:
    """Not by the one that it tells of its reader, nor by the one that a reader tells of himself."""
    from types import SimpleNamespace

    from tongban.runtime import wsgi

    secret, proxy = "a-secret-of-the-proxy-and-of-this-node", "10.0.0.5"
    said = SimpleNamespace(behind_proxy=True, tls_proxies={proxy: secret})
    seen: list[dict[str, Any]] = []
    answer = wsgi.behind(lambda environ, _: seen.append(environ) or [], said)  # type: ignore[arg-type,func-returns-value]
    header = f':TUlJQg==:;proxy="{secret}"'
    for address, reader, is_known in ((proxy, "192.0.2.7", True), ("192.0.2.7", proxy, False)):
        told = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": reader, "HTTP_CLIENT_CERT": header}
        answer({"wsgi.url_scheme": "http", **told}, lambda *_: None)
        assert ("tongban.connection" in seen[-1]) is is_known
        assert seen[-1]["REMOTE_ADDR"] == reader
    assert wsgi.behind(application, SimpleNamespace(behind_proxy=False, tls_proxies={})) is application  # type: ignore[arg-type]

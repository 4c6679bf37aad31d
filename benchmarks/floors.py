"""Floors that are web applications: the least a page can cost under the same server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BODY = (
    Path(os.environ["TONGBAN_FLOOR_BODY"]).read_bytes()
    if "TONGBAN_FLOOR_BODY" in os.environ
    else b"x" * 20_000
)
HEAD = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def fixed_page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer every request with the same bytes: no routing, no look-up, no database."""
    start_response("200 OK", HEAD)
    return [BODY]

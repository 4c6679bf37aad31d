"""The two headers on which a write depends: which version was seen (If-Match), and which request this is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest

from tongban.channels.openapi.problems import Refusal
from tongban.kernel.errors import N_

F = TypeVar("F", bound=Callable[..., object])
IF_MATCH, IDEMPOTENCY_KEY = "If-Match", "Idempotency-Key"
MOST_KEY = 80
KEY = re.compile(r"[\x21-\x7e]{1,80}")


@dataclass(frozen=True, slots=True)
class Needed:
    """A header that an operation wants, as the document tells it."""

    name: str
    pattern: str
    description: str
    example: str


NEEDED = {
    IF_MATCH: Needed(
        IF_MATCH, '^"[0-9]{1,9}"$', N_("读表格时得到的 ETag，例如 \"3\"；别人先改过就答 412"), '"0"'
    ),
    IDEMPOTENCY_KEY: Needed(
        IDEMPOTENCY_KEY, "^[!-~]{1,80}$", N_("这次请求自己的编号；没收到答复就用同一个再发一次，不会办成两件"),
        "9f1c2e0a-5d1b-4b55-9d0a-6f0f7d1e2c3b",
    ),
}  # fmt: skip


def key_of(request: HttpRequest) -> str:
    """Return the request's own key (draft-ietf-httpapi-idempotency-key-header); raise Refusal without one."""
    given = request.headers.get(IDEMPOTENCY_KEY, "").strip()
    # The draft writes it as a structured field, a string in quotes; many clients send it bare.
    bare = given[1:-1] if len(given) > 2 and given.startswith('"') and given.endswith('"') else given
    if not bare:
        raise Refusal("idempotency-key-missing")
    if not KEY.fullmatch(bare):
        raise Refusal("idempotency-key-unreadable", most=MOST_KEY)
    return bare


def version_seen(request: HttpRequest) -> int:
    """Return the version of the form that the caller has read; raise Refusal without one."""
    given = request.headers.get(IF_MATCH, "").strip()
    if not given:
        raise Refusal("version-missing")
    found = re.fullmatch(r'"([0-9]{1,9})"', given)
    if found is None:
        raise Refusal("version-changed")
    return int(found.group(1))

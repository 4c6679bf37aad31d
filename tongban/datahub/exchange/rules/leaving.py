"""What may leave: the fields that the grant names, of every row, and no other. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn

from tongban.datahub.exchange.errors import ProviderFailed, WrongParameters
from tongban.datahub.exchange.types import Row
from tongban.kernel.law import law
from tongban.kernel.values import are_plain

ROWS = "rows"
MARK = b"\xef\xbb\xbf"
"""What some systems write before UTF-8; a reader may overlook it (RFC 8259 8.1)."""


def _no_number(_said: str) -> NoReturn:
    raise ValueError("NaN and infinity are no JSON")


DECODER = json.JSONDecoder(parse_constant=_no_number)
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str)


@law(
    "exchange-granted-fields",
    basis="个人信息保护法 6；上海市数据条例 39",
    says="Of every answer only the fields that the grant names leave the provider's node",
)
def granted(rows: Iterable[Row], fields: Collection[str]) -> list[dict[str, object]]:
    """Return the rows with the granted fields only, in the order in which the provider named them.

    A field holds a plain value, as the catalogue has it, or a list of them: an object would take with it what nobody granted.
    Raises ProviderFailed.
    """
    given = [{name: value for name, value in row.items() if name in fields} for row in rows]
    if not all(are_plain(row.values()) for row in given):
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    return given


def renamed(rows: Iterable[Row], renames: Mapping[str, str]) -> list[Row]:
    """Return the rows with the names of the catalogue for the provider's own."""
    return [{renames.get(name, name): value for name, value in row.items()} for row in rows]


def rows_in(document: object) -> list[Row]:
    """Return the rows of a provider's JSON: one object, a list of objects, or ``{"rows": […]}``.

    Raises ProviderFailed for anything else: what can not be cut to the granted fields does not leave.
    """
    if isinstance(document, Mapping) and ROWS in document:
        document = document[ROWS]
        if not isinstance(document, list):
            raise ProviderFailed("ServiceFailed.InvalidResponse")
    found: list[Any] = document if isinstance(document, list) else [document]
    if not all(isinstance(row, Mapping) for row in found):
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    return found


def parsed(body: bytes) -> object:
    """Return a provider's JSON, in UTF-8; raise ProviderFailed when it is none. Of a name said twice the last counts."""
    try:
        return DECODER.decode(body.removeprefix(MARK).decode())
    except (ValueError, RecursionError):
        raise ProviderFailed("ServiceFailed.InvalidResponse") from None


def body_of(rows: list[dict[str, object]]) -> bytes:
    """Return the answer: ``{"rows": […]}`` in UTF-8, dates as ISO 8601.

    Raises ProviderFailed for a value that JSON can not say: half of a sign (U+D800), a number without end (``1e999``).
    """
    try:
        return ENCODER.encode({ROWS: rows}).encode()
    except ValueError:
        raise ProviderFailed("ServiceFailed.InvalidResponse") from None


def parameters(query: list[tuple[str, str]], known: Collection[str]) -> dict[str, str]:
    """Return the parameters of a call by name; raise WrongParameters unless each known one is there once."""
    found: dict[str, str] = {}
    for name, value in query:
        if name not in known or name in found:
            raise WrongParameters(name[:80])
        found[name] = value
    for name in known:
        if name not in found:
            raise WrongParameters(name)
    return found

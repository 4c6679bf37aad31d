"""What JSON of another node has to be like, written as data and read by one function. Pure.

A shape takes a value as JSON gives it and returns it as we use it; what does not fit raises Misfit, which says where. Members
that a shape does not name are left out: a node of a later version may say more. No text holds what PostgreSQL can not
keep, and no number is larger than it counts.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import math
import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

Shape = Callable[[object], Any]
LARGEST = 2**63 - 1
DEEPEST = 50
YEARS = range(1970, 2200)
"""What is said of before or after is no moment of a federation, and hours could not be added to it."""


class Misfit(ValueError):
    """A value that is not of its shape; ``where`` are the names and places on the way to it."""

    def __init__(self, *where: str) -> None:
        super().__init__(".".join(where))
        self.where = where


def read(shape: Shape, content: bytes) -> Any:
    """Return what JSON says; raise Misfit when it is none or not of this shape."""
    try:
        said = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Misfit from None
    return shape(said)


def members(needed: Mapping[str, Shape], **optional: Shape) -> Shape:
    """Return the shape of an object with these members, and those others where it has them."""

    def fit(said: object) -> dict[str, Any]:
        found = _of(dict, said)
        shapes = {**needed} | {name: shape for name, shape in optional.items() if name in found}
        return {name: _within(name, shape, found.get(name, _MISSING)) for name, shape in shapes.items()}

    return fit


def every(shape: Shape, most: int) -> Shape:
    """Return the shape of a list of no more than so many."""

    def fit(said: object) -> list[Any]:
        found = _of(list, said)
        if len(found) > most:
            raise Misfit
        return [_within(str(place), shape, one) for place, one in enumerate(found)]

    return fit


def each(*shapes: Shape) -> Shape:
    """Return the shape of a list with one value for each."""

    def fit(said: object) -> tuple[Any, ...]:
        found = _of(list, said)
        if len(found) != len(shapes):
            raise Misfit
        return tuple(
            _within(str(place), shape, one)
            for place, (shape, one) in enumerate(zip(shapes, found, strict=True))
        )

    return fit


def by_name(shape: Shape, most: int) -> Shape:
    """Return the shape of an object of no more than so many members, whatever their names, all of one shape."""

    def fit(said: object) -> dict[str, Any]:
        found = _of(dict, said)
        if len(found) > most:
            raise Misfit
        return {text(200)(name): _within(name[:40], shape, one) for name, one in found.items()}

    return fit


def text(most: int, *, least: int = 0) -> Shape:
    """Return the shape of a text of so many signs, none of which is zero or half of one."""

    def fit(said: object) -> str:
        found: str = _of(str, said)
        if not least <= len(found) <= most or not _is_kept(found):
            raise Misfit
        return found

    return fit


def whole(least: int = 0, most: int = LARGEST) -> Shape:
    """Return the shape of a whole number."""

    def fit(said: object) -> int:
        found: int = _of(int, said)
        if not least <= found <= most:
            raise Misfit
        return found

    return fit


def one_of(values: Collection[str]) -> Shape:
    """Return the shape of one of these texts."""

    def fit(said: object) -> str:
        if not isinstance(said, str) or said not in values:
            raise Misfit
        return said

    return fit


def nothing_or(shape: Shape, nothing: object = None) -> Shape:
    """Return the shape of what may be there: null, or what else stands for it."""
    return lambda said: said if said == nothing and type(said) is type(nothing) else shape(said)


def as_said(shape: Shape) -> Shape:
    """Return a shape that gives what fits as it was said: who keeps it reads it once more."""

    def fit(said: object) -> object:
        shape(said)
        return said

    return fit


def truth(said: object) -> bool:
    """Return true or false."""
    found: bool = _of(bool, said)
    return found


def seconds(said: object) -> float:
    """Return a number of seconds, more than none and at most a minute."""
    if not isinstance(said, int | float) or isinstance(said, bool) or not 0 < said <= 60 or math.isnan(said):
        raise Misfit
    return float(said)


def moment(said: object) -> dt.datetime:
    """Return a moment, written as ISO 8601 with its zone."""
    try:
        found = dt.datetime.fromisoformat(_of(str, said))
    except ValueError:
        raise Misfit from None
    if found.tzinfo is None or found.year not in YEARS:
        raise Misfit
    return found


def day(said: object) -> dt.date:
    """Return a day."""
    try:
        found = dt.date.fromisoformat(_of(str, said))
    except ValueError:
        raise Misfit from None
    if found.year not in YEARS:
        raise Misfit
    return found


def id(said: object) -> uuid.UUID:
    """Return a UUID."""
    try:
        return uuid.UUID(_of(str, said))
    except ValueError:
        raise Misfit from None


def based(most: int) -> Shape:
    """Return the shape of so many bytes in base64."""

    def fit(said: object) -> bytes:
        try:
            return base64.b64decode(text(most * 4 // 3 + 4)(said), validate=True)
        except binascii.Error:
            raise Misfit from None

    return fit


def digest(said: object) -> bytes:
    """Return the 32 bytes of a digest, in hexadecimal signs."""
    try:
        found = bytes.fromhex(text(64, least=64)(said))
    except ValueError:
        raise Misfit from None
    return found


def free(said: object) -> object:
    """Return an object that is whatever it is: not nested without end, no text in it that can not be kept."""
    _check_free(_of(dict, said), DEEPEST)
    return said


_MISSING = object()


def _of(kind: type, said: object) -> Any:
    if type(said) is not kind:  # true is an int, but no number
        raise Misfit
    return said


def _within(name: str, shape: Shape, said: object) -> Any:
    try:
        return shape(said)
    except Misfit as misfit:
        raise Misfit(name, *misfit.where) from None


def _is_kept(text: str) -> bool:
    return (text.isascii() and "\0" not in text) or not any(
        one == "\0" or "\ud800" <= one <= "\udfff" for one in text
    )


def _check_free(said: object, deeper: int) -> None:
    if deeper == 0 or (isinstance(said, str) and not _is_kept(said)):
        raise Misfit
    if isinstance(said, dict):
        for name, one in said.items():
            _check_free(name, deeper)
            _check_free(one, deeper - 1)
    elif isinstance(said, list):
        for one in said:
            _check_free(one, deeper - 1)


def _no_number(_said: str) -> NoReturn:
    raise ValueError("NaN and infinity are no JSON")

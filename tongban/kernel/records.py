"""The base of everything read from a city pack: a frozen pydantic record that refuses unknown fields."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Record(BaseModel):
    """A frozen record; its field descriptions become the reference of the city pack and of the API."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Word(StrEnum):
    """One of a list of codes. Written without quotes in a pack, ``4`` is a number; here it is the code 4."""

    @classmethod
    def _missing_(cls, value: object) -> Word | None:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return next((one for one in cls if one.value == str(value)), None) if is_number else None


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""A name of our own: lower-case words joined by hyphens; it becomes an address and never changes."""

ForeignCode = Annotated[str, StringConstraints(pattern=r"^[^\s\u3000\uff01-\uff5e]+$", max_length=80)]
"""A code that another body gave: opaque, kept as written; without spaces and full-width characters."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
"""One line of text."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
"""A paragraph."""

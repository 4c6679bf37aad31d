"""The base of everything read from a city pack: a frozen pydantic record that refuses unknown fields."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Record(BaseModel):
    """A frozen record; its field descriptions become the reference of the city pack and of the API."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""A name of our own: lower-case words joined by hyphens; it becomes an address and never changes."""

ForeignCode = Annotated[str, StringConstraints(pattern=r"^[^\s\u3000\uff01-\uff5e]+$", max_length=80)]
"""A code that another body gave: opaque, kept as written; without spaces and full-width characters."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
"""One line of text."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
"""A paragraph."""

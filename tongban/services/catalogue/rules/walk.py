"""The way through a record to every fact in it, with its path."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from tongban.services.catalogue.types import Fact

Path = tuple[str | int, ...]


def facts(record: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Fact]]:
    """Yield the record and every record inside it that says how sure it is, with its path."""
    if isinstance(record, Fact):
        yield path, record
    for name in _holders(type(record)):
        value = getattr(record, name)
        if isinstance(value, BaseModel):
            yield from facts(value, (*path, name))
        elif isinstance(value, tuple):
            for position, one in enumerate(value):
                yield from facts(one, (*path, name, position))
        elif isinstance(value, dict):
            for key, one in value.items():
                yield from facts(one, (*path, name, key))


@cache
def _holders(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields that can hold other records."""
    return tuple(name for name, info in model.model_fields.items() if _holds_records(info.annotation))


def _holds_records(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    if get_origin(annotation) in (Union, UnionType, Annotated, tuple, dict):
        return any(_holds_records(one) for one in get_args(annotation))
    return False

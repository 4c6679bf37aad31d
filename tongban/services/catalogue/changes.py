"""What differs between two documents, field by field, in words a person can read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.services.catalogue.labels import LABELS

SHOWN = 80  # characters of a value


class Kind(StrEnum):
    """How something changed."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


SENTENCES = {
    Kind.ADDED: N_("{field}：增加“{after}”"),
    Kind.REMOVED: N_("{field}：删去“{before}”"),
    Kind.CHANGED: N_("{field}：由“{before}”改为“{after}”"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``path`` leads to it: names of fields, and of the parts of lists by their own name."""

    path: tuple[str, ...]
    kind: Kind
    before: Any = None
    after: Any = None

    def words(self, language: str = "zh") -> str:
        """Return the difference as one line."""
        return translate(
            SENTENCES[self.kind],
            language,
            field=" › ".join(_label(step, language) for step in self.path),
            before=_shown(self.before, language),
            after=_shown(self.after, language),
        )

    def document(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return {"path": list(self.path), "kind": self.kind.value, "before": self.before, "after": self.after}


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return every difference between two documents, in the order of the later one's fields."""
    return tuple(_mappings((), before, after))


def _mappings(path: tuple[str, ...], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*after, *before)):
        yield from _values((*path, name), before.get(name), after.get(name))


def _values(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(path, before, after)
    elif _is_list(before) and _is_list(after):
        yield from _lists(path, before or [], after or [])
    else:
        yield _change(path, before, after)


def _is_list(value: Any) -> bool:
    return value is None or isinstance(value, list | tuple)


def _lists(path: tuple[str, ...], before: Iterable[Any], after: Iterable[Any]) -> Iterator[Change]:
    old, new = _named(before), _named(after)
    for name in dict.fromkeys((*new, *old)):
        part_before, part_after = old.get(name), new.get(name)
        if isinstance(part_before, Mapping) and isinstance(part_after, Mapping):
            yield from _mappings((*path, _title(part_after)), part_before, part_after)
        elif part_before != part_after:
            yield _change(path, part_before, part_after)


def _named(parts: Iterable[Any]) -> dict[str, Any]:
    """Return the parts of a list by what makes each the same part in both: its code, or all of it."""
    named: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    for part in parts:
        key = str(part.get("code") or part.get("item") or part) if isinstance(part, Mapping) else str(part)
        seen[key] += 1
        named[key if seen[key] == 1 else f"{key} {seen[key]}"] = part
    return named


def _change(path: tuple[str, ...], before: Any, after: Any) -> Change:
    kind = Kind.ADDED if before is None else Kind.REMOVED if after is None else Kind.CHANGED
    return Change(path, kind, before, after)


def _label(step: str, language: str) -> str:
    label = LABELS.get(step)
    return translate(label, language) if label else step


def _shown(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        text = _title(value)
    elif isinstance(value, list | tuple):
        text = translate(N_("、"), language).join(_shown(part, language) for part in value)
    elif isinstance(value, bool):
        text = translate(N_("是") if value else N_("否"), language)
    else:
        text = "" if value is None else str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _title(part: Mapping[str, Any]) -> str:
    for name in ("name", "ask", "law", "days", "code", "item", "why", "by"):
        if part.get(name) not in (None, ""):
            return " ".join(str(part[name]) for name in (name, "article", "unit") if part.get(name))
    return "；".join(f"{name} {value}" for name, value in part.items())

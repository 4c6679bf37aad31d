"""YAML as plain data, safely: read event by event, so that depth, aliases and tags are seen before they act.

Only ``true``/``false``, ``null`` (or nothing) and whole numbers without leading zeros are more than text:
``01`` keeps its zero, ``no`` is a word, and a date stays as it is written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tongban.foundation.packs.reading.rules import MOST_DEPTH, RULES
from tongban.foundation.packs.reading.text import shown
from tongban.foundation.packs.types import Phrase, Place, Problems
from tongban.kernel.errors import N_
from tongban.kernel.width import half_width

Path = tuple[str | int, ...]
Parser: Any = getattr(yaml, "CLoader", yaml.Loader)
"""Used for its events only; nothing is ever constructed by it."""

INTEGER = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
# A full-width mark where YAML expects its own: after a name, around a list, before an entry.
FULL_WIDTH_MARKS = re.compile(
    r"^\s*(?:[-－—]\s*)?[\w-]+\s*(：)|^\s*([－—–])\s|(，)(?=[^\"']*\])|:\s*([“‘])|(【|】|［|］|｛|｝)"
)

DETAILS = {
    "could not find expected ':'": N_("缺少冒号，或冒号后面没有空格"),
    "mapping values are not allowed": N_("一行里有两个冒号；文字里有冒号时要加引号"),
    "did not find expected key": N_("缩进不一致，或上一行没有写完"),
    "did not find expected '-' indicator": N_("列表的缩进不一致，每一条以“- ”开头"),
    "did not find expected ',' or": N_("列表或映射没有写完：缺少逗号或右括号"),
    "did not find expected node content": N_("此处缺少内容"),
    "unexpected end of stream": N_("引号没有配对"),
    "found character that cannot start any token": N_("此处的字符不能作为开头；以 @ ` % 开头的文字要加引号"),
    "block sequence entries are not allowed": N_("此处不能开始列表；列表要另起一行"),
    "did not find expected alphabetic": N_("以 & 或 * 开头的文字要加引号"),
    "found unknown escape character": N_("双引号里的反斜线写法有误；可改用单引号"),
    "found undefined tag handle": N_("以 ! 开头的文字要加引号"),
    "did not find expected digit": N_("以 % 开头的文字要加引号"),
    "directive": N_("以 % 开头的文字要加引号"),
}
OTHER_DETAIL = N_("此处不合 YAML 的语法")


class _Stop(Exception):
    """The file can not be read further; the problem has been told."""


def read(text: str, file: str, problems: Problems) -> tuple[Any, bool]:
    """Return the data of a YAML text and whether it could be read; tells every problem."""
    builder = _Builder(file, problems)
    return builder.data(text), not builder.stopped


def places(text: str, file: str) -> tuple[dict[Path, Place], dict[Path, Place]]:
    """Return where every value and every name of a readable text stands, by its path from the top."""
    builder = _Builder(file, Problems(), values={}, names={})
    builder.data(text)
    return builder.values or {}, builder.names or {}


class _Builder:
    """Builds plain data from the events of one document, keeping the places when asked to."""

    def __init__(
        self,
        file: str,
        problems: Problems,
        values: dict[Path, Place] | None = None,
        names: dict[Path, Place] | None = None,
    ) -> None:
        self.file = file
        self.problems = problems
        self.values = values
        self.names = names
        self.stopped = False
        self._events: Iterator[Any] = iter(())

    def data(self, text: str) -> Any:
        """Return the data, or None where reading had to stop."""
        parser = Parser(text)
        try:
            self._events = iter(parser.get_event, None)
            return self._document()
        except yaml.MarkedYAMLError as error:
            self._syntax(error, text)
        except (yaml.YAMLError, ValueError) as error:  # the reader itself: characters YAML does not allow
            self._tell("yaml-syntax", Place(self.file, 1, 1), detail=shown(error))
        except _Stop:
            pass
        finally:
            parser.dispose()
        self.stopped = True
        return None

    def _document(self) -> Any:
        data, documents = None, 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fail("yaml-documents", event)
            elif not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                data = self._value(event, (), 0)
        return data

    def _value(self, event: Any, path: Path, depth: int) -> Any:
        kind = type(event)
        if self.values is not None:
            self.values[path] = self._place(event)
        if kind is yaml.AliasEvent:
            self._fail("yaml-anchor", event, mark=f"*{shown(event.anchor)}")
        if event.anchor is not None:
            self._fail("yaml-anchor", event, mark=f"&{shown(event.anchor)}")
        if event.tag is not None:
            self._fail("yaml-tag", event, tag=shown(event.tag))
        if kind is yaml.ScalarEvent:
            return self._scalar(event)
        if depth >= MOST_DEPTH:
            self._fail("too-deep", event, most=MOST_DEPTH)
        if kind is yaml.SequenceStartEvent:
            return self._sequence(path, depth + 1)
        return self._mapping(path, depth + 1)

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        found: list[Any] = []
        tracked = self.values is not None
        for event in self._events:
            if type(event) is yaml.SequenceEndEvent:
                break
            found.append(self._value(event, (*path, len(found)) if tracked else path, depth))
        return found

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        first: dict[str, int] = {}
        tracked = self.values is not None
        for event in self._events:
            if type(event) is yaml.MappingEndEvent:
                break
            key = self._key(event)
            below = (*path, key) if tracked else path
            if key in found:
                self._tell("duplicate-key", self._place(event), key=shown(key), first=first[key])
            first[key] = event.start_mark.line + 1
            if self.names is not None:
                self.names[below] = self._place(event)
            found[key] = self._value(next(self._events), below, depth)
        return found

    def _key(self, event: Any) -> str:
        if type(event) is not yaml.ScalarEvent:
            if type(event) is yaml.AliasEvent:
                self._fail("yaml-anchor", event, mark=f"*{shown(event.anchor)}")
            self._fail("key-not-text", event)
        if event.anchor is not None:
            self._fail("yaml-anchor", event, mark=f"&{shown(event.anchor)}")
        if event.tag is not None:
            self._fail("yaml-tag", event, tag=shown(event.tag))
        return str(event.value)

    def _scalar(self, event: Any) -> Any:
        value: str = event.value
        if event.implicit[0]:  # written without quotation marks
            if value in WORDS:
                return WORDS[value]
            if INTEGER.fullmatch(value):
                return int(value)
        if len(value) == 10 and DATE.fullmatch(value):
            try:
                dt.date.fromisoformat(value)
            except ValueError:
                self._tell("date-not-existing", self._place(event), date=value)
        return value

    def _syntax(self, error: yaml.MarkedYAMLError, text: str) -> None:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        lines = text.split("\n")
        for number in (line, line - 1):
            if 0 <= number < len(lines) and (wrong := _full_width_mark(lines[number])):
                self._tell(
                    "full-width-punctuation",
                    Place(self.file, number + 1, wrong[0] + 1),
                    character=wrong[1],
                    meant=wrong[2],
                )
                return
        message = f"{error.problem or ''} {error.context or ''}"
        detail = next((words for key, words in DETAILS.items() if key in message), OTHER_DETAIL)
        self._tell("yaml-syntax", Place(self.file, line + 1, column + 1), detail=Phrase(detail))

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _tell(self, rule: str, place: Place, **values: object) -> None:
        self.problems.add(RULES[rule], place, **values)

    def _fail(self, rule: str, event: Any, **values: object) -> None:
        self._tell(rule, self._place(event), **values)
        raise _Stop


def _full_width_mark(line: str) -> tuple[int, str, str] | None:
    match = FULL_WIDTH_MARKS.search(line[:2000])
    if not match or line.lstrip().startswith("#"):
        return None
    character = match.group(match.lastindex or 0)
    return match.start(match.lastindex or 0), character, half_width(character)

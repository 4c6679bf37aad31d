"""Reading an OpenAPI file: plain data with the line of every part, within limits, and nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from tongban.datahub.exchange.types import Finding
from tongban.kernel.errors import N_

MOST_BYTES = 1_000_000
MOST_DEPTH = 60
Place = tuple[str | int, ...]
"""The way to a part of the document: keys and indexes."""
MSG_TOO_LARGE = N_("文件超过 {most} 字节。")
MSG_NOT_READ = N_("无法读取：既不是 YAML，也不是 JSON。")
MSG_ALIAS = N_("不能使用 YAML 的锚点和别名。")
MSG_TOO_DEEP = N_("嵌套超过 {most} 层。")
MSG_TWICE = N_("“{name}”写了两次。")
MSG_REMOTE = N_("引用“{reference}”不在本文件之内，不会去读取。")
MSG_NO_TARGET = N_("引用“{reference}”在本文件中没有对应的内容。")


class Unreadable(Exception):
    """The file can not be read at all."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


@dataclass
class Document:
    """A document and where its parts stand; references are followed by ``at``."""

    data: Any
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """Return the line of a part, or of the nearest one around it that has one."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1

    def references(self) -> Iterator[tuple[Place, str]]:
        """Yield every reference with its place."""
        for place, part in walked(self.data):
            if isinstance(part, Mapping) and isinstance(part.get("$ref"), str):
                yield (*place, "$ref"), part["$ref"]

    def at(self, part: Any) -> Any:
        """Return what a part stands for: itself, or what it refers to within the document; None where that is nothing."""
        for _ in range(MOST_DEPTH):
            if not (isinstance(part, Mapping) and isinstance(part.get("$ref"), str)):
                return part
            part = self._target(part["$ref"])
        return None

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return None
        part = self.data
        for step in reference[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(part, Mapping) and name in part:
                part = part[name]
            elif isinstance(part, list) and name.isdigit() and int(name) < len(part):
                part = part[int(name)]
            else:
                return None
        return part


def read(text: bytes) -> Document:
    """Return the document of a YAML or JSON file; raise Unreadable with the line where it stops."""
    if len(text) > MOST_BYTES:
        raise Unreadable(Finding(1, MSG_TOO_LARGE, {"most": MOST_BYTES}))
    # JSON is YAML by form, so that its lines are found; its own reader knows its numbers and words better.
    content = _as_json(text) if text.lstrip()[:1] == b"{" else None
    try:
        _refuse_aliases(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        document = Document(None, {})
        document.data = _plain(node, (), document.lines)  # type: ignore[arg-type]
    except yaml.MarkedYAMLError as why:
        mark = why.problem_mark or why.context_mark
        raise Unreadable(Finding(mark.line + 1 if mark else 1, MSG_NOT_READ)) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        raise Unreadable(Finding(1, MSG_NOT_READ)) from None
    document.data = content or document.data
    return document


def check_references(document: Document) -> list[Finding]:
    """Return what is wrong with references: none may lead out of the file, each has to lead somewhere."""
    found = []
    for place, reference in document.references():
        sentence = "" if reference.startswith("#/") else MSG_REMOTE
        if not sentence and document.at({"$ref": reference}) is None:
            sentence = MSG_NO_TARGET
        if sentence:
            found.append(Finding(document.line(place), sentence, {"reference": reference[:200]}))
    return found


def walked(part: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every part of plain data with its place."""
    yield place, part
    if isinstance(part, Mapping):
        for name, value in part.items():
            yield from walked(value, (*place, name))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from walked(value, (*place, index))


def _refuse_aliases(text: bytes) -> None:
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(Finding(event.start_mark.line + 1, MSG_ALIAS))


def _plain(node: Any, place: Place, lines: dict[Place, int]) -> Any:
    lines[place] = node.start_mark.line + 1 if node else 1
    if len(place) > MOST_DEPTH:
        raise Unreadable(Finding(lines[place], MSG_TOO_DEEP, {"most": MOST_DEPTH}))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, (*place, index), lines) for index, one in enumerate(node.value)]
    return _scalar(node) if node else None


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise Unreadable(Finding(key.start_mark.line + 1, MSG_TWICE, {"name": name[:80]}))
        found[name] = _plain(value, (*place, name), lines)
        lines[(*place, name)] = key.start_mark.line + 1
    return found


def _scalar(node: yaml.ScalarNode) -> Any:
    """Return numbers, truth and nothing as JSON has them; every other scalar, a date too, is text."""
    if not node.style and node.tag.rpartition(":")[2] in ("int", "float", "bool", "null"):
        try:
            return json.loads(node.value, parse_constant=str) if node.value else None
        except ValueError:
            return None if node.value in ("~", "Null", "NULL") else node.value
    return node.value


def _as_json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError as why:
        line = why.lineno if isinstance(why, json.JSONDecodeError) else 1
        raise Unreadable(Finding(line, MSG_NOT_READ)) from None

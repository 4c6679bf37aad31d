"""What an OpenAPI file says of a service: what may be asked, and which fields of the catalogue come back.

Everything that is wrong is found at once. What stops the publishing is told apart from what its author should know.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.datahub.exchange.rules.openapi.reading import Document, Place, check_references
from tongban.datahub.exchange.rules.paths import is_template, names_in
from tongban.datahub.exchange.rules.publishing import NAME, is_address
from tongban.datahub.exchange.types import Finding
from tongban.kernel.errors import N_

METHODS = ("get", "put", "post", "delete", "patch", "head")
VERSIONS = re.compile(r"3\.[01]\.\d+")
MOST_OPERATIONS = 200
MOST_DEPTH = 10
MOST_STEPS = 20_000
ROWS = "rows"
MSG_NO_OBJECT = N_("“{name}”应当是一个对象。")
MSG_VERSION = N_("只读取 OpenAPI 3.0 和 3.1，这里写的是“{version}”。")
MSG_MISSING = N_("缺少“{name}”。")
MSG_NO_SERVER = N_("须恰好有一个服务器地址（http 或 https，不含变量），或者用 --server 指定。")
MSG_TOO_MANY = N_("操作超过 {most} 个。")
MSG_NO_OPERATION = N_("没有可以调用的操作。")
MSG_BAD_PATH = N_("路径“{path}”的写法不对。")
MSG_NOT_SAID = N_("路径参数“{name}”没有说明。")
MSG_BAD_NAME = N_("参数“{name}”的名称不能用：只能是字母、数字、下划线和连字符。")
MSG_NO_ROWS = N_("{operation} 的应答不是 JSON 对象或者对象的列表，无法按授权裁剪，不能发布。")
MSG_NOT_IN_CATALOGUE = N_("“{name}”不是数据资源的信息项，永远不会离开本节点；如果是，请用 --map 对应。")
MSG_NEVER_GIVEN = N_("信息项“{name}”没有任何操作会给出。")
MSG_NO_CREDENTIALS = N_("网关不转交口令：这里要求的身份认证不会通过。请只按来源地址或双向 TLS 放行。")
MSG_NO_SUBJECT = N_("没有参数“{name}”。")
MSG_NO_FIELD = N_("数据资源没有信息项“{name}”。")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that may be asked: ``GET /people/{number}``, its parameters, and the names in its answer."""

    asks: str
    parameters: tuple[str, ...]
    gives: frozenset[str]
    required: frozenset[str] = frozenset()


@dataclass
class Described:
    """What a file says; only with no errors among ``findings`` can it be published."""

    title: str = ""
    server: str = ""
    operations: list[Operation] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """Return what stops the publishing."""
        return [one for one in self.findings if one.is_error]

    @property
    def paths(self) -> tuple[str, ...]:
        """Return what may be asked."""
        return tuple(one.asks for one in self.operations)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of all parameters."""
        return tuple(dict.fromkeys(name for one in self.operations for name in one.parameters))


def describe(
    document: Document,
    *,
    fields: Collection[str],
    server: str = "",
    subject: str = "",
    mapped: Mapping[str, str] = {},
) -> Described:
    """Return what a document says of a service whose resource has these fields.

    ``server`` is the address to use instead of the document's, ``subject`` the parameter that names whose data it is,
    ``mapped`` which names of the answer are which fields, beside those that agree but for their spelling.
    """
    said = Described(findings=check_references(document))
    if not isinstance(document.data, Mapping):
        said.findings.append(Finding(1, MSG_NO_OBJECT, {"name": "openapi"}))
        return said
    reader = _Reader(document, said)
    reader.head()
    said.server = server or reader.server()
    if not said.server:
        reader.wrong(("servers",), MSG_NO_SERVER)
    reader.operations()
    said.renames = renames(said.operations, fields, mapped)
    _compare(reader, fields, mapped, subject)
    said.findings.sort(key=lambda one: (one.line, one.sentence))
    return said


def renames(
    operations: Collection[Operation], fields: Collection[str], mapped: Mapping[str, str]
) -> dict[str, str]:
    """Return the names in answers that are fields under another spelling: ``companyName`` is ``company-name``."""
    given = sorted({name for one in operations for name in one.gives})
    alike = {name: spelt(name) for name in given if name not in fields and spelt(name) in fields}
    return {**alike, **{name: code for name, code in mapped.items() if name != code}}


def spelt(name: str) -> str:
    """Return a name as fields are spelt: words in lower case with hyphens."""
    words = re.sub(r"([A-Z])([A-Z][a-z])", r"\1-\2", name)
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", words)
    return re.sub(r"[_\s-]+", "-", words).lower().strip("-")


def _compare(reader: _Reader, fields: Collection[str], mapped: Mapping[str, str], subject: str) -> None:
    said = reader.said
    for code in mapped.values():
        if code not in fields:
            reader.wrong((), MSG_NO_FIELD, name=code)
    given = {name for one in said.operations for name in one.gives}
    for name in sorted(given - set(fields) - set(said.renames)):
        reader.note((), MSG_NOT_IN_CATALOGUE, name=name)
    for code in sorted(set(fields) - given - set(said.renames.values())):
        reader.note((), MSG_NEVER_GIVEN, name=code)
    if subject and subject not in said.parameters:
        reader.wrong(("paths",), MSG_NO_SUBJECT, name=subject)


class _Reader:
    """Goes through a document and notes what is wrong, with the line."""

    def __init__(self, document: Document, said: Described) -> None:
        self.document = document
        self.data: Mapping[str, Any] = document.data
        self.said = said
        self._steps = 0

    def wrong(self, place: Place, sentence: str, **values: object) -> None:
        self.said.findings.append(Finding(self.document.line(place), sentence, values))

    def note(self, place: Place, sentence: str, **values: object) -> None:
        self.said.findings.append(Finding(self.document.line(place), sentence, values, is_error=False))

    def head(self) -> None:
        version = str(self.data.get("openapi", ""))
        if not VERSIONS.fullmatch(version):
            self.wrong(("openapi",), MSG_VERSION, version=version[:20])
        info = self.data.get("info")
        for name in ("title", "version"):
            if not (isinstance(info, Mapping) and info.get(name)):
                self.wrong(("info",), MSG_MISSING, name=f"info.{name}")
        self.said.title = str(info.get("title", "")) if isinstance(info, Mapping) else ""
        if self.data.get("security"):
            self.note(("security",), MSG_NO_CREDENTIALS)

    def server(self) -> str:
        servers = self.data.get("servers")
        urls = (
            [one.get("url") for one in servers if isinstance(one, Mapping)]
            if isinstance(servers, list)
            else []
        )
        address = str(urls[0]) if len(urls) == 1 else ""
        return address if is_address(address) and "{" not in address else ""

    def operations(self) -> None:
        paths = self.data.get("paths")
        if not isinstance(paths, Mapping):
            self.wrong(("paths",), MSG_MISSING, name="paths")
            return
        for path, item in paths.items():
            self._path(str(path), self.document.at(item))
        if not self.said.operations and not self.said.errors:
            self.wrong(("paths",), MSG_NO_OPERATION)
        if len(self.said.operations) > MOST_OPERATIONS:
            self.wrong(("paths",), MSG_TOO_MANY, most=MOST_OPERATIONS)

    def _path(self, path: str, item: Any) -> None:
        place = ("paths", path)
        if path.startswith("x-"):
            return
        if not isinstance(item, Mapping):
            self.wrong(place, MSG_NO_OBJECT, name=path)
            return
        for method in METHODS:
            operation = self.document.at(item.get(method))
            if operation is None:
                continue
            if not is_template(f"{method.upper()} {path}"):
                self.wrong(place, MSG_BAD_PATH, path=path[:200])
                return
            if not isinstance(operation, Mapping):
                self.wrong((*place, method), MSG_NO_OBJECT, name=method)
                continue
            self._operation(path, method, item, operation)

    def _operation(
        self, path: str, method: str, item: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> None:
        place = ("paths", path, method)
        listed = [*self._parameters(item), *self._parameters(operation)]
        parameters = [(where, name) for where, name, _ in listed]
        asked = tuple(dict.fromkeys(name for where, name in parameters if where in ("path", "query")))
        required = frozenset(name for _, name, is_required in listed if is_required)
        for name in names_in(path):
            if ("path", name) not in parameters:
                self.wrong(place, MSG_NOT_SAID, name=name)
        for name in asked:
            if not NAME.fullmatch(name):
                self.wrong((*place, "parameters"), MSG_BAD_NAME, name=name[:80])
        if operation.get("security"):
            self.note((*place, "security"), MSG_NO_CREDENTIALS)
        self.said.operations.append(
            Operation(f"{method.upper()} {path}", asked, frozenset(self._given(place, operation)), required)
        )

    def _parameters(self, part: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
        listed = part.get("parameters")
        for one in listed if isinstance(listed, list) else ():
            said = self.document.at(one)
            if isinstance(said, Mapping):
                yield str(said.get("in", "")), str(said.get("name", "")), said.get("required") is True

    def _given(self, place: Place, operation: Mapping[str, Any]) -> set[str]:
        """Return the names of what successful answers hold."""
        responses = operation.get("responses")
        found: set[str] = set()
        for status, response in responses.items() if isinstance(responses, Mapping) else ():
            if not str(status).startswith(("2", "default")):
                continue
            content = self._content(self.document.at(response))
            for kind, media in content.items():
                if "json" not in str(kind):
                    continue
                names = self._names(self.document.at(media))
                if names is None:
                    asks = f"{str(place[-1]).upper()} {place[1]}"
                    self.wrong((*place, "responses", str(status)), MSG_NO_ROWS, operation=asks)
                found |= names or set()
        return found

    def _content(self, response: Any) -> Mapping[str, Any]:
        content = response.get("content") if isinstance(response, Mapping) else None
        return content if isinstance(content, Mapping) else {}

    def _names(self, media: Any) -> set[str] | None:
        """Return the names of a row, or None where the answer has no rows."""
        schema = media.get("schema") if isinstance(media, Mapping) else None
        names = self._properties(schema, 0)
        if names is not None and set(names) == {ROWS}:
            return self._of(names[ROWS])
        return set(names) if names is not None else self._items(schema)

    def _of(self, schema: Any) -> set[str] | None:
        names = self._properties(schema, 0)
        return set(names) if names is not None else self._items(schema)

    def _items(self, schema: Any) -> set[str] | None:
        said = self.document.at(schema)
        if not isinstance(said, Mapping) or "items" not in said:
            return None
        names = self._properties(said["items"], 0)
        return set(names) if names is not None else None

    def _properties(self, schema: Any, depth: int) -> dict[str, Any] | None:
        """Return the properties of an object, those of its parts (``allOf``, ``oneOf``, ``anyOf``) among them."""
        said = self.document.at(schema)
        self._steps += 1
        # Parts that hold each other many times over would never end.
        if not isinstance(said, Mapping) or depth > MOST_DEPTH or self._steps > MOST_STEPS:
            return None
        found: dict[str, Any] = {}
        own = said.get("properties")
        is_object = isinstance(own, Mapping) or said.get("type") == "object"
        found.update(own if isinstance(own, Mapping) else {})
        for word in ("allOf", "oneOf", "anyOf"):
            parts = said.get(word)
            for part in parts if isinstance(parts, list) else ():
                inner = self._properties(part, depth + 1)
                is_object = is_object or inner is not None
                found.update(inner or {})
        return found if is_object else None

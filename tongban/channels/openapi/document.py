"""The OpenAPI 3.1 document: what ninja writes of the operations, completed so that it holds for every answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban import __version__
from tongban.channels.openapi import examples
from tongban.channels.openapi.api import api, path_views
from tongban.channels.openapi.applying.records import Sent
from tongban.channels.openapi.examples import Examples
from tongban.channels.openapi.headers import NEEDED
from tongban.channels.openapi.negotiation import language_of
from tongban.channels.openapi.problems import CONTENT_TYPE, TITLES, Problem
from tongban.channels.openapi.promises import Promise, promise_of
from tongban.channels.ui import revision
from tongban.kernel.errors import N_
from tongban.kernel.language import translate

Document = dict[str, Any]

TITLE = N_("一城办事清单的接口")
ABOUT = (
    N_("一座城市的办事清单：和网页上、城市文件夹里的是同一份记录。读取不用申请，不用密钥。"),
    N_(
        "自己的软件也可以替人办事：/api/v1/my/ 下面的地址要令牌。令牌用 OpenID Connect（授权码加 PKCE）取得，由本人同意，只管一方，只管同意的范围。"
    ),
    N_("答复带有 ETag：下次放进 If-None-Match，没有变化就只答 304。列表分页，前后页写在 Link 里。"),
    N_("出错时答复是问题文档（RFC 9457），其中的 code 不会变，程序可以依靠它。"),
    N_("每个答复都用 RateLimit 写明这一分钟还剩几次。要整份清单，请取 /api/v1/catalogue.json。"),
)
TAGS = {
    "items": N_("事项：浏览、阅读、比较版本"),
    "search": N_("查找：按人们的说法"),
    "bundles": N_("一件事：阅读，按回答算出结果"),
    "city": N_("城市：部门、区、大厅、代码表、工作日"),
    "opendata": N_("开放数据：整份拿走"),
    "applying": N_("申请：从草稿到提交，要令牌"),
    "following": N_("跟进：办到哪一步、文书，要令牌"),
    "holding": N_("消息和证照，要令牌"),
    "public": N_("查进度、验证照：凭凭证和证照上的编号"),
}
HEADERS = {
    "ETag": ("string", N_("这份答复的标记；放进 If-None-Match，没有变化就答 304")),
    "Link": ("string", N_("首页、上一页、下一页、末页的地址（RFC 8288）")),
    "RateLimit-Limit": ("integer", N_("一个地址在一段时间里最多几次")),
    "RateLimit-Remaining": ("integer", N_("这段时间里还剩几次")),
    "RateLimit-Reset": ("integer", N_("还有几秒重新计数")),
    "RateLimit-Policy": ("string", N_("限额的规定，例如 600;w=60")),
    "Retry-After": ("integer", N_("过几秒再来")),
    "Allow": ("string", N_("这个地址接受的方法")),
    "Content-Language": ("string", N_("答复的语言")),
    "Location": ("string", N_("新开始的办件的地址")),
    "WWW-Authenticate": ("string", N_("为什么这个令牌不行，需要哪一项授权（RFC 6750）")),
}
LIMITS = tuple(name for name in HEADERS if name.startswith("RateLimit"))
# What any operation may answer, and what only one with a body may.
ALWAYS = (404, 406, 414, 422, 429, 500, 503)
WITH_BODY = (400, 411, 413, 415)
WITH_TOKEN = (401, 403)
SOMETIMES = (405, 409, 412, 428)
SCOPES = {
    "cases:read": N_("看草稿、办件和文书"),
    "cases:write": N_("开始、填写、提交、补正、撤回"),
    "licences:read": N_("看证照，取盖章的 PDF"),
    "messages:read": N_("看消息"),
}
NO_NUL = "^[^\\u0000]*$"
"""The one character that no text of a request may hold."""
ASKED_ONLY = frozenset({"Answers", *(one.__name__ for one in Sent.__subclasses__())})
"""Schemas of what is sent: a field with a default may be left out. Answers always carry every field."""


def openapi_file(request: HttpRequest) -> HttpResponse:
    """Send the document in the reader's language."""
    return HttpResponse(written(language_of(request), revision.current()), content_type="application/json")


@lru_cache(maxsize=4)
def written(language: str, number: int) -> bytes:
    """Return the document's bytes with examples from a revision of the city."""
    return json.dumps(document(language, examples.of_revision(number)), ensure_ascii=False).encode()


def document(language: str, shown: Examples = examples.NOTHING) -> Document:
    """Return the whole document in a language, with examples where there are any."""
    made = json.loads(_as_ninja_writes_it())
    paths = {path: _path(path, acts, language, shown) for path, acts in made["paths"].items()}
    return {
        "openapi": "3.1.0",
        "info": _info(language),
        "servers": [{"url": "/", "description": translate(N_("这个网站"), language)}],
        "security": [],
        "tags": [{"name": name, "description": translate(words, language)} for name, words in TAGS.items()],
        "paths": paths,
        "components": _components(made["components"]["schemas"], language),
    }


@cache
def _as_ninja_writes_it() -> str:
    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str)


def _info(language: str) -> Document:
    return {
        "title": translate(TITLE, language),
        "version": __version__,
        "description": "\n\n".join(translate(sentence, language) for sentence in ABOUT),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }


def _path(path: str, acts: Document, language: str, shown: Examples) -> Document:
    return {method: _operation(path, method, act, language, shown) for method, act in acts.items()}


def _operation(path: str, method: str, act: Document, language: str, shown: Examples) -> Document:
    name = act["operationId"]
    given = shown.of(name)
    parameters = [_parameter(one, language, given) for one in act.get("parameters", ())]
    promise = _promise(path, method)
    made = {
        **act,
        "summary": translate(act["summary"], language),
        "description": translate(act["description"], language),
        "parameters": [*parameters, *(_header(header, language) for header in promise.needs)],
        "responses": _responses(method, act, promise, language),
    }
    if "requestBody" in act:
        made["requestBody"] = _body(act["requestBody"]["content"], shown.bodies.get(name))
    if promise.speaks:
        made["parameters"].append({"$ref": "#/components/parameters/Accept-Language"})
    if promise.scope:
        made["security"] = [{"token": [promise.scope]}]
    return made


def _body(content: Document, example: Any) -> Document:
    """Return what a request may carry; a file is not described further than by its media type."""
    if example is not None:
        content = {kind: {**one, "example": example} for kind, one in content.items()}
    return {"required": True, "content": content}


def _header(name: str, language: str) -> Document:
    needed = NEEDED[name]
    return {
        "name": needed.name,
        "in": "header",
        "required": True,
        "description": translate(needed.description, language),
        "schema": {"type": "string", "pattern": needed.pattern},
        "example": needed.example,
    }


def _promise(path: str, method: str) -> Promise:
    operations = path_views()[path.removeprefix("/api/v1")].operations
    return promise_of(next(one for one in operations if method.upper() in one.methods).view_func)


def _parameter(one: Document, language: str, given: dict[str, str]) -> Document:
    schema = {name: value for name, value in one["schema"].items() if name not in ("title", "description")}
    if "anyOf" in schema:
        # A parameter that is not given is none: there is no way to send null in an address.
        kinds = [kind for kind in schema.pop("anyOf") if kind.get("type") != "null"]
        schema = kinds[0] | schema
    if schema.get("default", 0) is None:
        del schema["default"]
    if schema.get("type") == "string" and not {"enum", "format", "pattern"} & schema.keys():
        schema["pattern"] = NO_NUL
    made = {
        "name": one["name"],
        "in": one["in"],
        "required": one["required"],
        "description": translate(one.get("description", ""), language),
        "schema": schema,
    }
    if one["name"] in given:
        text = given[one["name"]]
        made["example"] = int(text) if schema.get("type") == "integer" else text
    return made


def _responses(method: str, act: Document, promise: Promise, language: str) -> Document:
    status, fine = next(iter(act["responses"].items()))
    listed = any(one["name"] == "page" for one in act.get("parameters", ()))
    kept = method == "get" and not promise.scope
    headers = [
        *LIMITS,
        "Content-Language",
        *(["ETag"] if kept or promise.tagged else []),
        *(["Link"] if listed else []),
        *(["Location"] if act["operationId"] == "begin_case" else []),
    ]
    found: Document = {
        status: {
            "description": translate(N_("答复"), language),
            "headers": _headers(headers),
            "content": fine["content"],
        }
    }
    if kept:
        found["304"] = {
            "description": translate(N_("没有变化"), language),
            "headers": _headers([*LIMITS, "ETag"]),
        }
    for refusal in sorted(_refusals(method, promise)):
        found[str(refusal)] = {"$ref": f"#/components/responses/{refusal}"}
    return found


def _refusals(method: str, promise: Promise) -> set[int]:
    has_body = method not in ("get", "delete") and promise.takes != "nothing"
    return {
        *ALWAYS, *(WITH_BODY if has_body else (400,)), *(WITH_TOKEN if promise.scope else ()), *promise.refuses
    }  # fmt: skip


def _headers(names: list[str]) -> Document:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _components(schemas: Document, language: str) -> Document:
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas = dict(sorted({**schemas, **problem.pop("$defs"), "Problem": problem}.items()))
    return {
        "schemas": {name: _always_whole(name, schema) for name, schema in schemas.items()},
        "headers": {
            name: {"description": translate(words, language), "schema": {"type": kind}}
            for name, (kind, words) in HEADERS.items()
        },
        "parameters": {
            "Accept-Language": {
                "name": "Accept-Language",
                "in": "header",
                "required": False,
                "description": translate(N_("zh 或 en；决定句子用哪种语言"), language),
                "schema": {"type": "string"},
            }
        },
        "responses": {
            str(status): _problem(status, language)
            for status in sorted({*ALWAYS, *WITH_BODY, *WITH_TOKEN, *SOMETIMES})
        },
        "securitySchemes": {"token": _token(language)},
    }


def _always_whole(name: str, schema: Document) -> Document:
    """Say that answers carry every field: clients made from the document then know that none is missing."""
    if name in ASKED_ONLY or "properties" not in schema:
        return schema
    left_out = {"errors"} if name == "Problem" else set()
    return {**schema, "required": [field for field in schema["properties"] if field not in left_out]}


def _token(language: str) -> Document:
    """Return how a token is obtained; the addresses stand where every client looks for them."""
    flow = {
        "authorizationUrl": "/identity/o/authorize",
        "tokenUrl": "/identity/o/api/token",
        "refreshUrl": "/identity/o/api/token",
        "scopes": {scope: translate(words, language) for scope, words in SCOPES.items()},
    }
    return {
        "type": "oauth2",
        "description": translate(
            N_("OpenID Connect：地址见 /.well-known/openid-configuration；授权码流程，必须用 PKCE（S256）。"),
            language,
        ),
        "flows": {"authorizationCode": flow},
    }


def _problem(status: int, language: str) -> Document:
    more = {401: ["WWW-Authenticate"], 405: ["Allow"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(
        status, []
    )
    return {
        "description": translate(TITLES[status], language),
        "headers": _headers([*LIMITS, "Content-Language", *more]),
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def operations(made: Document) -> Iterator[tuple[str, str, Document]]:
    """Yield path, method and operation of everything in a document."""
    for path, acts in made["paths"].items():
        for method, act in acts.items():
            yield path, method, act

"""Failures as RFC 9457 problem documents, in the one place that turns them into HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, Field

from tongban.channels.openapi import complaints
from tongban.channels.openapi.complaints import Complaint
from tongban.channels.openapi.negotiation import TAGS, language_of
from tongban.kernel.errors import N_, Failure
from tongban.kernel.language import translate

log = logging.getLogger("tongban.openapi")

CONTENT_TYPE = "application/problem+json"
DOCS = "/api/v1/docs"

TITLES = {
    400: N_("请求读不懂"),
    401: N_("没有说明是谁"),
    403: N_("不允许"),
    404: N_("没有这个地址或这一条"),
    405: N_("这个地址不接受这种方法"),
    406: N_("给不出要的格式"),
    409: N_("与现状冲突"),
    411: N_("没有说明请求体有多长"),
    412: N_("内容已经变了"),
    413: N_("请求体太大"),
    414: N_("地址太长"),
    415: N_("请求体的格式不对"),
    422: N_("请求里有不对的内容"),
    428: N_("没有说明看过哪一版"),
    429: N_("请求太快"),
    500: N_("我们这边出错了"),
    503: N_("系统暂时忙不过来"),
}
# The interface's own refusals: status and sentence by code.
OWN: dict[str, tuple[int, str]] = {
    "address-unreadable": (400, N_("地址里有读不懂的字符（空字符）。")),
    "body-unreadable": (400, N_("请求体不是一份读得懂的 JSON：用 UTF-8，不要 NaN，不要套太多层。")),
    "idempotency-key-missing": (400, N_("请用 Idempotency-Key 给这次请求一个自己的编号，重发时用同一个。")),
    "idempotency-key-unreadable": (
        400,
        N_("Idempotency-Key 要用 1 到 {most} 个英文字母、数字或符号，不含空格。"),
    ),
    "token-missing": (401, N_("这里要用令牌：Authorization: Bearer ……。怎么得到令牌，见 /api/v1/docs。")),
    "token-wrong": (401, N_("这个令牌无效，或者已经过期，请重新取得授权。")),
    "scope-missing": (403, N_("这个令牌没有得到“{scope}”的授权。")),
    "not-found": (404, N_("没有这个地址，或者没有这一条。接口说明见 /api/v1/docs。")),
    "method-not-allowed": (405, N_("这个地址只接受：{allowed}。")),
    "not-acceptable": (406, N_("这里给出的是 {kind}，而请求的 Accept 里没有它。")),
    "length-required": (411, N_("请用 Content-Length 说明请求体有多少字节。")),
    "version-changed": (412, N_("表格已经被别处改过，请重新读取，再保存。")),
    "body-too-large": (413, N_("请求体最多 {most} 字节。")),
    "address-too-long": (414, N_("地址最多 {most} 个字符，请把要找的说短一些。")),
    "media-type-unsupported": (415, N_("请求体要用 Content-Type: application/json 发送。")),
    "file-kind-unsupported": (
        415,
        N_(
            "请发送 multipart/form-data（字段名 file），或者把文件本身作为请求体：PDF、PNG、JPEG、DOCX、XLSX。"
        ),
    ),
    "file-missing": (422, N_("没有找到文件：表单里要有名叫 file 的一项。")),
    "idempotency-key-reused": (422, N_("这个 Idempotency-Key 已经用在另一个请求上，请换一个。")),
    "parameters-invalid": (422, N_("有 {count} 处不对，逐条写在 errors 里。")),
    "version-missing": (428, N_("请用 If-Match 说明读到的是哪一版表格，它在读取时的 ETag 里。")),
    "too-many-requests": (429, N_("请求太快了，请过 {seconds} 秒再来。")),
    "server-error": (500, N_("这不是您的错，已经记录下来，请过一会儿再试。")),
    "unavailable": (503, N_("数据库暂时没有回应，请过一会儿再试。")),
}
# What the catalogue refuses brings its own sentence; here is when.
OF_THE_CATALOGUE: dict[str, tuple[int, str]] = {
    "item-unknown": (404, N_("没有这个代码的事项。")),
    "item-version-unknown": (404, N_("事项没有这个版本。")),
    "bundle-unknown": (404, N_("没有这个代码的一件事，或者它没有这个版本。")),
    "department-unknown": (404, N_("没有这个代码或名称的部门。")),
    "district-unknown": (404, N_("没有这个代码的区。")),
    "theme-unknown": (404, N_("没有这个代码的生活主题。")),
    "city-missing": (404, N_("还没有装载城市。")),
    "span-too-long": (422, N_("日期颠倒，或者一次查得太多。")),
    "bundle-unknown-answer": (422, N_("回答了这件事没有问的问题。")),
    "bundle-answer-boolean": (422, N_("这个问题只能回答 true 或 false。")),
    "bundle-answer-choice": (422, N_("这个问题没有这个选项。")),
    "bundle-answer-number": (422, N_("这个问题要回答数字。")),
    "bundle-answer-least": (422, N_("回答的数字太小。")),
    "bundle-answer-most": (422, N_("回答的数字太大。")),
}


class Problem(BaseModel):
    """A failure (RFC 9457). ``code`` and ``type`` are stable; ``title`` and ``detail`` speak the reader's language."""

    type: str = Field(description="Where this kind of problem is explained")
    title: str = Field(description="The kind of problem, in a few words")
    status: int
    code: str = Field(description="Stable name of this problem, for programs")
    detail: str = Field(description="What happened and what to do, for people")
    instance: str = Field(description="The address that was asked for")
    errors: list[Complaint] = Field([], description="With parameters-invalid: everything that is wrong")


class Refusal(Failure):
    """The interface itself refuses a request, before any question reaches the catalogue."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None, **values: object) -> None:
        self.status, sentence = OWN[code]
        super().__init__(code, sentence, **values)
        self.headers = dict(headers or {})


class ParametersInvalid(Refusal):
    """Parameters or body break the rules of the document; each complaint is already in words."""

    def __init__(self, errors: list[Complaint]) -> None:
        super().__init__("parameters-invalid", count=len(errors))
        self.errors = errors


def of(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the problem document of whatever was raised; what nobody foresaw is logged and answered with 500."""
    failure = _failure(request, error)
    if failure.status >= 500:
        log.error("failed at %s", request.path, exc_info=error)
    return problem(request, failure)


def _failure(request: HttpRequest, error: Exception) -> Failure:
    if isinstance(error, Failure):
        return error
    if isinstance(error, HttpError) and isinstance(error.__cause__, Failure):
        return error.__cause__
    if isinstance(error, ValidationError):
        if any(one["loc"][0] == "path" for one in error.errors):
            return Refusal("not-found")
        return ParametersInvalid(complaints.of(error.errors, language_of(request)))
    if isinstance(error, Http404):
        return Refusal("not-found")
    if isinstance(error, RequestDataTooBig):
        return Refusal("body-too-large", most="")
    if isinstance(error, HttpError | SuspiciousOperation | UnreadablePostError | MultiPartParserError):
        return Refusal("body-unreadable")
    if isinstance(error, OperationalError | InterfaceError):
        return Refusal("unavailable", {"Retry-After": "30"})
    return Refusal("server-error")


def problem(request: HttpRequest, failure: Failure) -> HttpResponse:
    """Return the problem document of a failure, in the reader's language."""
    language = language_of(request)
    document = Problem(
        type=f"{DOCS}#problem-{failure.code}",
        title=translate(TITLES.get(failure.status, TITLES[500]), language),
        status=failure.status,
        code=failure.code,
        detail=translate(failure.sentence, language, **failure.values),
        instance=request.path,
        errors=getattr(failure, "errors", []),
    )
    plain = document.model_dump(exclude=set() if document.errors else {"errors"})
    # What is quoted from a request may hold half a character (a lone surrogate): shown as “?”.
    body = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    answer = HttpResponse(body, status=failure.status, content_type=CONTENT_TYPE)
    answer.headers["Content-Language"] = TAGS[language]
    answer.headers["Cache-Control"] = "no-store"
    for name, value in getattr(failure, "headers", {}).items():
        answer.headers[name] = value
    return answer


def connect(api: NinjaAPI) -> None:
    """Have everything that an operation raises answered here."""
    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, cast(Any, of))

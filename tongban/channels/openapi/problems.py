"""Failures as RFC 9457 problem documents, in the one place that turns them into HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from tongban.kernel.errors import Failure, N_
from tongban.kernel.language import translate

NOT_FOUND = N_("没有这个地址，或者没有这一条。接口说明见 /api/v1/docs。")
BAD_REQUEST = N_("请求里有看不懂的参数，详见 errors。")
TOO_MANY = N_("请求太快了，请过 {seconds} 秒再来。")


def problem(
    request: HttpRequest, status: int, code: str, sentence: str, headers: Mapping[str, str] | None = None,
    errors: list[dict[str, str]] | None = None, **values: object,
) -> HttpResponse:
    """Return a problem document; ``detail`` is in the reader's language, ``type`` and ``code`` are stable."""
    language = language_of(request)
    body: dict[str, object] = {
        "type": f"/api/v1/docs#problem-{code}",
        "title": code,
        "status": status,
        "code": code,
        "detail": translate(sentence, language, **values),
        "instance": request.path,
    }
    if errors:
        body["errors"] = errors
    text = json.dumps(body, ensure_ascii=False, default=str)
    answer = HttpResponse(text, status=status, content_type="application/problem+json; charset=utf-8")
    answer.headers["Content-Language"] = "en" if language == "en" else "zh-CN"
    for name, value in (headers or {}).items():
        answer.headers[name] = value
    return answer


def language_of(request: HttpRequest) -> str:
    """Return the reader's language from Accept-Language: the first of zh and en that is named."""
    wanted = request.headers.get("Accept-Language", "")[:200].lower()
    places = {name: wanted.find(name) for name in ("zh", "en")}
    named = [name for name, place in places.items() if place >= 0]
    return min(named, key=lambda name: places[name]) if named else "zh"


def connect(api: NinjaAPI) -> None:
    """Register the handlers of every kind of failure."""

    @api.exception_handler(Failure)
    def failed(request: HttpRequest, failure: Failure) -> HttpResponse:
        return problem(request, failure.status, failure.code, failure.sentence, **failure.values)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, failure: ValidationError) -> HttpResponse:
        errors = [
            {"field": ".".join(str(part) for part in error["loc"]), "message": error["msg"]}
            for error in failure.errors
        ]
        return problem(request, 422, "parameters-invalid", BAD_REQUEST, errors=errors)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, failure: Http404) -> HttpResponse:
        return problem(request, 404, "not-found", NOT_FOUND)

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, failure: HttpError) -> HttpResponse:
        return problem(request, failure.status_code, "request-refused", str(failure))

"""One place where failures become pages: a status, what happened in plain words, and ways on."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse

from tongban.channels.ui import frame, pages, reader
from tongban.kernel.errors import N_, Failure
from tongban.kernel.language import translate

log = logging.getLogger("tongban.pages")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a page of this status says: its title, and a sentence when nothing better is known."""

    title: str
    sentence: str
    icon: str = "circle-alert"


KINDS = {
    400: Kind(N_("这个网址读不懂"), N_("网址里有我们读不懂的内容。请检查一下，或者从首页重新找。")),
    403: Kind(N_("这里不能进"), N_("您没有查看这一页的权限。"), "lock"),
    404: Kind(N_("没有找到这一页"), N_("可能是网址抄错了，也可能这一页已经撤下。"), "search-x"),
    405: Kind(N_("这一页只能看，不能提交"), N_("请用浏览器直接打开这一页。")),
    409: Kind(N_("现在还不能这样做"), N_("情况刚刚变了，请返回看一看最新的状态。")),
    413: Kind(N_("文件太大了"), N_("一个文件不能超过 20 MB。请压缩图片，或者分成几个文件上传。")),
    414: Kind(N_("网址太长了"), N_("请把要找的话说短一些，几个词就够了。")),
    422: Kind(N_("这个条件不对"), N_("网址里有一个条件不在可选的范围内。")),
    429: Kind(N_("您点得太快了"), N_("请稍等几秒再试。"), "hourglass"),
    500: Kind(
        N_("我们这边出错了"),
        N_("这不是您的错，已经记录下来。请过一会儿再试；着急的话，请打服务热线。"),
        "wrench",
    ),
    503: Kind(
        N_("系统暂时忙不过来"),
        N_("请过一两分钟再试；着急的话，请打服务热线，工作人员可以直接帮您查。"),
        "hourglass",
    ),
}


def page(request: HttpRequest, status: int, sentence: str = "", code: str = "") -> HttpResponse:
    """Return the page of a failure (or a problem document, for a programmer's address)."""
    kind = KINDS.get(status, KINDS[400 if status < 500 else 500])
    language = pages.reader_of(request).language
    said = sentence or translate(kind.sentence, language)
    if pages.reader_of(request).path.startswith("/api/"):
        return _problem(status, translate(kind.title, language), said, code)
    return pages.render(request, "ui/error.html", status=status, kind=kind, said=said, code=status)


def _problem(status: int, title: str, detail: str, code: str) -> HttpResponse:
    document = {
        "type": f"about:blank#{code}" if code else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    return HttpResponse(json.dumps(document, ensure_ascii=False), "application/problem+json", status)


def said(failure: Failure, language: str) -> str:
    """Return what a failure says to a reader; a department that it names by its code is called by its name."""
    code = failure.values.get("department")
    one = frame.frame().departments.get(str(code)) if code else None
    named = {"department": one.short if language == "zh" else one.english} if one else {}
    return translate(failure.sentence, language, **{**failure.values, **named})


def of_exception(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the page for whatever was raised; what we did not foresee is logged and answered with 500."""
    if isinstance(error, Failure):
        return page(request, error.status, said(error, pages.reader_of(request).language), error.code)
    if isinstance(error, Http404):
        return not_found(request)
    if isinstance(error, SuspiciousOperation | RequestDataTooBig):
        return page(request, 400)
    if isinstance(error, OperationalError | InterfaceError):
        log.error("the database did not answer: %s", error)
        response = page(request, 503)
        response["Retry-After"] = "30"
        return response
    log.error("failed at %s", request.path, exc_info=error)
    return page(request, 500)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for an address that nothing answers; an unknown language gets its own sentence."""
    if reader.ABROAD.match(pages.reader_of(request).path):
        sentence = N_("这里只有中文和英文两种语言。")
        return page(request, 404, translate(sentence, pages.reader_of(request).language))
    return page(request, 404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a request that can not be read."""
    return page(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for a failure of ours."""
    return page(request, 500)


def wrong_method(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    """Return the page for a method this address does not take."""
    response = page(request, 405)
    response["Allow"] = ", ".join(allowed)
    return response


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form sent from another site, or from a page older than the session."""
    sentence = N_("这一页打开得太久，或者不是从本站提交的。请返回上一页，刷新以后再提交一次。")
    return page(request, 403, translate(sentence, pages.reader_of(request).language), "form-too-old")

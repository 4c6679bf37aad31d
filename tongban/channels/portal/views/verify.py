"""Anyone: is this licence real, and does it still hold? By what stands on it, or by the file itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.core.internal import ratelimit
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from tongban.channels.ui import errors
from tongban.channels.ui.access import anyone
from tongban.channels.ui.environment import say
from tongban.channels.ui.pages import reader_of, render
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Failure
from tongban.kernel.types import Actor
from tongban.services.licences import operations, queries
from tongban.services.licences.types import LicenceState, PdfFinding, Shared, Shown

RATE = {"verify": "30/m/ip"}
"""Codes have 30 bits: at this rate one address would need two thousand years for half of them."""
LONGEST, LARGEST = 200, 5 * 1024 * 1024
MSG_BOTH = N_("请把标识（或者编号）和验证码都填上，它们印在证照上。")
MSG_FILE = N_("请选择一个 PDF 文件。")
MSG_LARGE = N_("文件超过 5 MB。证照文件很小，请确认选对了文件。")
VISITOR = Actor("visitor", "verify")
"""Whoever was given a code: nobody asks who they are."""
LIGHTS = {LicenceState.VALID: "good", LicenceState.REVOKED: "late", LicenceState.WITHDRAWN: "late"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, and what is wrong with it."""

    reference: str = ""
    code: str = ""
    share: str = ""
    wrong: str = ""


@anyone
def verify(request: HttpRequest) -> HttpResponse:
    """Show how a licence stands today; or whether the seal of an uploaded PDF is whole."""
    asks = request.method == "POST" or bool(request.GET)
    if asks and not ratelimit.consume(request, app="tongban", action="verify", config=RATE, limit_get=True):
        return errors.page(request, 429)
    if request.method == "POST":
        return _file(request, request.FILES.get("file"))
    if code := _typed(request, "share"):
        return _shared(request, code)
    asked = Asked(_typed(request, "id"), _typed(request, "code"))
    if not asked.reference and not asked.code:
        return _page(request, Asked())
    return _paper(request, asked)


def _paper(request: HttpRequest, asked: Asked) -> HttpResponse:
    language = reader_of(request).language
    if not asked.reference or not asked.code:
        return _page(request, Asked(asked.reference, asked.code, wrong=say(language, MSG_BOTH)), status=422)
    try:
        shown = queries.verify(asked.reference, asked.code)
    except Failure as failure:
        wrong = say(language, failure.sentence, **failure.values)
        return _page(request, Asked(asked.reference, asked.code, wrong=wrong), status=failure.status)
    return _page(request, asked, shown=shown)


def _shared(request: HttpRequest, code: str) -> HttpResponse:
    try:
        shared = operations.show_shared(code=code, by=VISITOR, at=clock.now())
    except Failure as failure:
        wrong = say(reader_of(request).language, failure.sentence, **failure.values)
        return _page(request, Asked(share=code, wrong=wrong), status=failure.status)
    return _page(request, Asked(share=code), shown=shared.shown, shared=shared)


def _file(request: HttpRequest, file: UploadedFile | None) -> HttpResponse:
    language = reader_of(request).language
    size = (file.size or 0) if file is not None else 0
    if file is None or not 0 < size <= LARGEST:
        sentence = MSG_LARGE if size > LARGEST else MSG_FILE
        return _page(request, Asked(wrong=say(language, sentence)), status=422)
    finding = queries.verify_pdf(file.read())
    return _page(request, Asked(), shown=finding.licence, finding=finding)


def _page(
    request: HttpRequest, asked: Asked, *, shown: Shown | None = None, finding: PdfFinding | None = None,
    shared: Shared | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    return render(
        request, "portal/verify.html", keep=False, status=status, asked=asked, shown=shown, finding=finding, shared=shared,
        states=queries.STATE_NAMES, says=queries.STATE_SAYS,
        light=LIGHTS.get(shown.state, "near") if shown else "",
        ends_at=_moment(shared.ends_at) if shared else "",
        signed_at=_moment(finding.signed_at) if finding and finding.signed_at else "",
    )  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _typed(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]

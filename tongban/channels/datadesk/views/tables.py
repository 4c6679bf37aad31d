"""Lists taken away as tables, and taken in: tried first, written then, bad rows given back with their reasons."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import said, show
from tongban.channels.datadesk.presenters import tables as presenter
from tongban.channels.ui import typed
from tongban.channels.ui.pages import reader_of
from tongban.channels.ui.typed import Typed
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import ListKind
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.services.data_lists import operations as lists_acts
from tongban.services.data_lists import queries as lists
from tongban.services.data_lists.types import Account

KINDS = {
    "demands": (ListKind.DEMAND, N_("需求清单")),
    "duties": (ListKind.DUTY, N_("责任清单")),
    "resources": (ListKind.RESOURCE, N_("数据资源目录")),
    "negatives": (ListKind.NEGATIVE, N_("负面清单")),
}
LARGEST = 5 * 1024 * 1024
"""Bytes of a list that is sent by a browser; longer ones are taken in on the command line."""
MOST_ROWS = 10_000
"""Rows that are judged while somebody waits for the page, and a thread of the server with them."""
MOST_SHOWN = 200_000
"""Characters of refused rows that a page carries back; who mends these and sends them again gets the next."""
MSG_NO_FILE = N_("还没有选文件。")
MSG_LARGE = N_("文件超过 {most} MB；这样大的清单请由系统管理员用命令行导入。")
MSG_WHY = N_("要写明理由；负面清单写审核的文号。")
Rows = Callable[[Any], Any]
ROWS: dict[str, tuple[Callable[[], Any], Rows]] = {
    "demands": (queries.demands, presenter.demands),
    "duties": (queries.duties, presenter.duties),
    "negatives": (queries.negatives, presenter.negatives),
    "resources": (queries.resources, presenter.resources),
}


@officer
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Give a list away as a table that can be imported again."""
    entries, rows = ROWS[name]
    body = presenter.table(name, presenter.HEADERS[name], rows(entries()))
    return _file(body, f"{name}-{clock.today():%Y%m%d}.csv")


def _file(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@officer
def imports(request: HttpRequest) -> HttpResponse:
    """Take a list in: only tried, until one says that it shall be written."""
    form = (
        typed.read(request)
        if request.method == "POST"
        else Typed({"list": [request.GET.get("list", "")[:20]]})
    )
    if request.method != "POST":
        return _page(request, form)
    try:
        return _taken(request, form)
    except Failure as failure:
        return _page(request, form, wrong=said(request, failure), status=failure.status)


def _page(request: HttpRequest, form: Typed, *, status: int = 200, **context: Any) -> HttpResponse:
    who: Officer = request.officer  # type: ignore[attr-defined]
    kinds = {name: words for name, (_, words) in KINDS.items() if name != "negatives" or who.is_authority}
    given = {"account": None, "rejected": "", "is_written": False} | context
    return show(
        request, "datadesk/imports.html", "lists", status=status, form=form, kinds=kinds, headers=presenter.HEADERS,
        reasons=lists.REASONS, largest=LARGEST // 1024 // 1024, **given,
    )  # fmt: skip


def _taken(request: HttpRequest, form: Typed) -> HttpResponse:
    name, upload = form.get("list"), request.FILES.get("file")
    if name not in KINDS:
        raise Http404
    if not isinstance(upload, UploadedFile):
        raise Invalid("list-no-file", MSG_NO_FILE)
    if (upload.size or 0) > LARGEST:
        raise Invalid("list-too-large", MSG_LARGE, most=LARGEST // 1024 // 1024)
    is_written = form.get("act") == "write"
    if is_written and not form.get("why"):
        raise Invalid("data-says-nothing", MSG_WHY)
    account, rejected = _read(request, upload, name, form.get("why"), is_written)
    return _page(request, form, account=account, rejected=rejected, is_written=is_written)


def _read(
    request: HttpRequest, upload: UploadedFile, name: str, why: str, is_written: bool
) -> tuple[Account, str]:
    """Return what became of an upload, and its refused rows with their reasons as a table."""
    who: Officer = request.officer  # type: ignore[attr-defined]
    folder, language = Path(tempfile.mkdtemp(prefix="list-")), reader_of(request).language
    try:
        file, report = folder / _safe(upload.name), folder / "rejected.csv"
        with file.open("wb") as to:
            shutil.copyfileobj(upload, to)
        account = lists_acts.take_list(
            path=file, kind=KINDS[name][0], columns={}, report=report, language=language, why=why or "—",
            by=who.actor, at=clock.now(), is_trial=not is_written, most=MOST_ROWS,
        )  # fmt: skip
        return account, _first_rows(report.read_text("utf-8-sig")) if account.rejected else ""
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


def _first_rows(report: str) -> str:
    """Return the report, or as many of its whole lines as a page carries back."""
    return report if len(report) <= MOST_SHOWN else report[: report.rfind("\n", 0, MOST_SHOWN) + 1]


def _safe(name: str | None) -> str:
    """Return a name for the file of an upload: its own is only told in sentences."""
    return f"upload{Path(name or '').suffix[:6].lower()}"


@officer
def rejected(request: HttpRequest) -> HttpResponse:
    """Give back the refused rows, as the page of the import has them, as a file."""
    if request.method != "POST":
        raise Http404
    body = request.POST.get("rows", "")[:MOST_SHOWN]
    return _file(("\ufeff" + body).encode("utf-8", "replace"), "rejected.csv")


urls = [
    *(path(f"data/{name}/export", export, {"name": name}) for name in ROWS),
    path("data/imports", imports),
    path("data/imports/rejected", rejected),
]

"""What one takes away: the list as a table, and the evidence of one entry as a file."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from tongban.channels.portal.presenters import readings as presenter
from tongban.channels.portal.views.my_data import frame
from tongban.channels.portal.views.my_data.looking import known_of
from tongban.channels.ui.access import person
from tongban.channels.ui.environment import say
from tongban.channels.ui.pages import reader_of
from tongban.channels.ui.tables import MARK, safe_cell
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.services.disclosures import operations, queries
from tongban.services.disclosures.types import Wanted

A_PART, MOST = 500, 20_000
HEADER = (
    N_("什么时候"), N_("哪一种"), N_("谁"), N_("系统或岗位"), N_("经办人"), N_("看到的"), N_("没看到的"), N_("为了哪件事"),
    N_("办件号"), N_("凭什么"), N_("说明"), N_("编号"),
)  # fmt: skip


class _Line:
    """What csv.writer wants to write to: it gives the line back instead."""

    def write(self, line: str) -> str:
        return line


@person
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the part of the account that the address names, all of it, as a table."""
    whose, wanted = frame.whose(request), frame.wanted(request, limit=A_PART)
    answer = StreamingHttpResponse(
        _lines(reader_of(request).language, whose, wanted), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="my-data.csv"'
    return answer


def _lines(language: str, whose: frame.Whose, wanted: Wanted) -> Iterator[str]:
    writer, at, count = csv.writer(_Line()), clock.now(), 0
    yield MARK + str(writer.writerow([say(language, words) for words in HEADER]))
    wanted = replace(wanted, before=None)
    while count < MOST:
        part = queries.account(whose.scope, wanted, at=at)
        for row in presenter.rows(part.readings, known_of(language, part.readings, whose.scope)):
            yield str(writer.writerow([safe_cell(value) for value in _cells(language, row)]))
        count += len(part.readings)
        if part.after is None:
            return
        wanted = replace(wanted, before=part.after)


def _cells(language: str, row: presenter.Row) -> tuple[object, ...]:
    seen = [say(language, row.says_seen)] if row.says_seen else []
    seen += [one.said(language) for one in row.seen] + ([row.of] if row.of else [])
    between = say(language, "；")
    said = [
        words
        for words in (
            row.law_says,
            row.matter_says,
            row.says_answered,
            row.who_says if not row.operator else "",
        )
        if words
    ]
    return (
        row.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"), say(language, presenter.KIND_NAMES[row.kind]),
        row.who.said(language), row.through.said(language), row.operator, between.join(seen),
        between.join(one.said(language) for one in row.unseen), row.matter.said(language), row.number, row.law,
        between.join(say(language, words) for words in said), str(row.id),
    )  # fmt: skip


@person
def evidence(request: HttpRequest, reading: uuid.UUID) -> HttpResponse:
    """Send the evidence of one entry, to be checked on any machine by ``tongban ledger verify``."""
    whose = frame.whose(request)
    who, at = request.who, clock.now()  # type: ignore[attr-defined]
    made = operations.take_evidence(subject=whose.subject, reading=reading, by=who.actor, at=at)
    answer = HttpResponse(made.data, made.type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer

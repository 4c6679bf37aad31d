"""Lists taken in: drafts in one transaction, a report that can be mended, exports that are safe to open."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.factories.catalogue import NOW, load_frame, make_item, publish
from tests.services.catalogue.imports.test_delimited import HEADER, ROW, judged, written
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.errors import NotFound
from tongban.kernel.types import Actor, Subject
from tongban.runtime.importing import Outcome, take_list
from tongban.services.catalogue import models, queries
from tongban.services.catalogue.imports import operations
from tongban.services.catalogue.imports.report import guarded, write_csv, write_xlsx

CLERK = Actor("staff", "wang", "王工")


@pytest.fixture
def city() -> None:
    load_frame()
    publish(make_item(implementation_code="A1"))


def take(path: Path) -> Outcome:
    return take_list(path, "", path.with_suffix(".rejected.csv"), "zh", CLERK, NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_good_rows_become_drafts_and_bad_rows_go_to_the_report(tmp_path: Path) -> None:
    text = HEADER + ROW.format(1) + ROW.format(2) + "市场监管局,,1,A3\n市场监管局,-许可,1,A4\n"
    outcome = take(written(tmp_path, text.encode()))
    assert (outcome.tally.rows, outcome.tally.accepted, outcome.tally.rejected) == (4, 2, 2)
    assert outcome.tally.reasons == {"duplicate_published": 1, "name_missing": 1}

    page = queries.drafts(outcome.batch)
    assert [(draft.row, draft.number, draft.department) for draft in page.items] == [
        (3, "A2", "market"),
        (5, "A4", "market"),
    ]
    (batch,) = queries.draft_batches()
    assert (batch.file, batch.by, batch.rejected) == ("list.csv", "王工", 2)
    assert outcome.batch is not None
    assert ledger.entries(Subject("list", outcome.batch))[0].act == "list.take"


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_report_can_be_mended_and_taken_in_again(tmp_path: Path) -> None:
    text = HEADER + "市场监管局,,1,A3\n" + "市场监管局,=酒,1,A4\n"
    report = take(written(tmp_path, text.encode())).report
    assert report is not None
    mended = report.read_text("utf-8-sig").replace("市场监管局,,1", "市场监管局,酒类许可,1")
    assert "'=酒" in mended
    outcome = take(written(tmp_path, mended.encode(), "mended.csv"))
    assert outcome.tally.accepted >= 1
    assert "没有事项名称" in report.read_text("utf-8-sig")


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_second_time_every_row_is_a_duplicate_until_the_list_is_dropped(tmp_path: Path) -> None:
    path = written(tmp_path, (HEADER + ROW.format(7)).encode())
    first = take(path)
    assert take(path).tally.reasons == {"duplicate_draft": 1}
    assert first.batch is not None
    assert operations.drop_list(batch=first.batch, by=CLERK, at=NOW) == 1
    assert take(path).tally.accepted == 1
    with pytest.raises(NotFound):
        operations.drop_list(batch="01a2001a-71fe-724b-b843-7960fd7bcadd", by=CLERK, at=NOW)


@pytest.mark.django_db
@pytest.mark.usefixtures("city")
def test_failure_in_the_middle_keeps_nothing(tmp_path: Path) -> None:
    def break_off(path: Path) -> None:
        rows = iter(judged(path))

        def breaking():  # type: ignore[no-untyped-def]
            yield next(rows)
            raise OSError("disk gone")

        operations.take_list(
            file="x", sha256="", columns={}, judged=breaking(), refuse=lambda _: None, by=CLERK, at=NOW
        )

    path = written(tmp_path, (HEADER + ROW.format(1) + ROW.format(2)).encode())
    with pytest.raises(OSError, match="disk gone"):
        break_off(path)
    assert not models.DraftItem.objects.exists()
    assert not models.ImportBatch.objects.exists()


def test_report_is_not_made_when_nothing_is_refused(tmp_path: Path) -> None:
    from tongban.services.catalogue.imports.report import Report

    with Report(tmp_path / "r.csv", ("a",), "zh") as report:
        pass
    assert not report.is_written
    assert not (tmp_path / "r.csv").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_that_leaves_is_a_formula(text: str, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    assert guarded(text) == f"'{text}"
    file = io.StringIO()
    assert write_csv(file, {"name": "名称"}, [{"name": text}]) == 1
    rows = list(csv.reader(io.StringIO(file.getvalue().removeprefix("\ufeff"), newline="")))
    assert rows == [["名称"], [f"'{text}"]]
    write_xlsx(tmp_path / "x.xlsx", {"name": "名称"}, [{"name": text}])
    cell = load_workbook(tmp_path / "x.xlsx").active["A2"]
    assert cell.data_type != "f"

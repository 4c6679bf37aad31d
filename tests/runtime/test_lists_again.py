"""The lists of the whole city taken away as tables and taken in again: not a word of them is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.channels.datadesk.presenters import tables
from tongban.datahub.resources.types import ListKind
from tongban.runtime.city import CityPack, read_city
from tongban.runtime.data_lists import around_of
from tongban.runtime.environment import ROOT
from tongban.services.data_lists import reading

pytestmark = pytest.mark.slow
ROWS = {
    "resources": (ListKind.RESOURCE, tables.resources),
    "duties": (ListKind.DUTY, tables.duties),
    "demands": (ListKind.DEMAND, tables.demands),
    "negatives": (ListKind.NEGATIVE, tables.negatives),
}


@pytest.fixture(scope="module")
def shanghai() -> CityPack:
    return read_city(ROOT / "city" / "shanghai")[0]


@pytest.mark.parametrize("name", ROWS)
def test_a_list_that_is_taken_in_again_is_the_same(shanghai: CityPack, name: str, tmp_path: Path) -> None:
    kind, rows = ROWS[name]
    entries = shanghai.data_duties if name == "duties" else getattr(shanghai, name)
    file = tmp_path / "list.csv"
    file.write_bytes(tables.table(name, tables.HEADERS[name], rows(entries.values())))
    with reading.Report(tmp_path / "report.csv", "zh", ()) as refused:
        account, found = reading.read(file, kind, {}, around_of(shanghai), refused)
        read = {entry.code: entry for _, entry in found}
    assert account.rejected == 0, account.refused[:3]
    changed = [code for code in entries if read[code] != entries[code]]
    assert (len(read), changed) == (len(entries), [])

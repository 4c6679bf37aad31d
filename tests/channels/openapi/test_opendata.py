"""The files to take away: whole, of the form they promise, safe to open."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tongban.channels.openapi.opendata.files import _cell
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue


def file(ask: Client, path: str, **headers: str) -> bytes:
    answer = ask.get(f"/api/v1/{path}", **headers)
    assert answer.status_code == 200, answer.content
    return bytes(answer.content)


def test_the_catalogue_holds_everything_and_has_the_form_it_names(ask: Client) -> None:
    found = json.loads(file(ask, "catalogue.json"))
    schema = json.loads(file(ask, "schemas/catalogue.json"))

    jsonschema_rs.Draft202012Validator(schema).validate(found)
    assert {one["code"] for one in found["items"]} == set(catalogue.all_items())
    assert {one["code"] for one in found["bundles"]} == set(bundles.all_bundles())
    assert found["revision"] == catalogue.current_revision()


@pytest.mark.parametrize(("name", "records"), [("item", "items"), ("bundle", "bundles")])
def test_each_record_has_the_form_of_its_schema(ask: Client, name: str, records: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(json.loads(file(ask, f"schemas/{name}.json")))

    for record in json.loads(file(ask, "catalogue.json"))[records]:
        validator.validate(record)


def test_a_packed_file_is_the_same_file_with_a_tag_of_its_own(ask: Client) -> None:
    plain = ask.get("/api/v1/catalogue.json")
    packed = ask.get("/api/v1/catalogue.json", HTTP_ACCEPT_ENCODING="gzip, br")

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert packed["Vary"] == plain["Vary"] == "Accept-Encoding"
    assert "attachment" in packed["Content-Disposition"]
    assert ask.get("/api/v1/catalogue.json", HTTP_IF_NONE_MATCH=plain["ETag"]).status_code == 304


def test_the_table_has_one_row_for_every_item_in_use(ask: Client) -> None:
    text = file(ask, "items.csv").decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert text.startswith("\ufeff")
    assert [row["code"] for row in rows] == list(catalogue.all_items("in_use"))
    assert all(row["department_name"] and row["guide"] == f"/items/{row['code']}" for row in rows)
    assert all(row["visits"] == "" for row in rows if row["depth"] == "summary")


@given(
    st.text(max_size=20)
    | st.integers()
    | st.none()
    | st.booleans()
    | st.lists(st.text(max_size=5), max_size=3)
)
def test_no_cell_is_taken_for_a_formula(value: Any) -> None:
    assert not _cell(value).startswith(("=", "+", "@", "\t", "\r")) or isinstance(value, int)
    assert not (_cell(value).startswith("-") and isinstance(value, str | list))


@pytest.mark.slow
def test_what_describes_the_data_leads_to_it(ask: Client) -> None:
    found = json.loads(file(ask, "dcat.json"))
    (dataset,) = found["dcat:dataset"]
    addresses = [one["dcat:downloadURL"]["@id"] for one in dataset["dcat:distribution"]]

    assert found["@type"] == "dcat:Catalog"
    assert addresses == ["http://localhost/api/v1/catalogue.json", "http://localhost/api/v1/items.csv"]
    for address in (
        *addresses,
        found["dcat:service"][0]["dcat:endpointURL"]["@id"],
        found["dcat:service"][0]["foaf:page"]["@id"],
    ):
        assert ask.get(address.removeprefix("http://localhost")).status_code == 200
    assert {one["@language"] for one in found["dct:title"]} == {"zh", "en"}

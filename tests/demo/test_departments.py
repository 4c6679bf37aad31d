"""The departments' systems: what they know fits the invented people, and they answer as real ones do, or not at all."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from psycopg import sql

from tests.factories.shanghai import shanghai
from tongban.datahub.exchange.rules.publishing import check_service
from tongban.datahub.resources.types import Resource, Sharing
from tongban.demo.departments import databases, publishing, records, rest, things
from tongban.demo.departments.troubles import Trouble, Troubles
from tongban.foundation.identity.adapters.demonstration import population

ON = dt.date(2026, 11, 22)
MOTHER = population().citizens["p004"]
COMPANY = population().firms["c001"]


def offered() -> dict[str, Resource]:
    return {code: one for code, one in shanghai().resources.items() if records.asked_by(one)}


def test_more_than_twenty_departments_have_services_and_six_have_databases() -> None:
    found = list(
        publishing.services(
            tuple(offered().values()), shanghai().systems, "http://127.0.0.1:1", databases.IN_DATABASES
        )
    )
    departments = {offered()[one.resource].department for one in found}
    assert len(found) >= 100
    assert len(departments) >= 30
    assert {one.database for one in found if one.database} == set(databases.IN_DATABASES)
    for one in found:
        check_service(one)
        by = one.parameters[0]
        assert one.subject == (by if records.is_number(by) else ""), (
            "whose data it is, that person finds the call"
        )


def test_nothing_that_is_never_shared_has_a_service() -> None:
    assert not [code for code, one in offered().items() if one.sharing is Sharing.NEVER]


def test_registers_agree_about_a_family() -> None:
    (marriage,) = records.rows(offered()["marriage-registration"], MOTHER.number, population(), ON)
    husband = population().citizens[MOTHER.spouse]
    assert (marriage["name"], marriage["spouse-name"], marriage["spouse-id-number"]) == (
        MOTHER.name, husband.name, husband.number,
    )  # fmt: skip
    births = records.rows(offered()["birth-certificate"], MOTHER.number, population(), ON)
    assert [one["child-name"] for one in births] == [
        population().citizens[code].name for code in MOTHER.wards
    ]
    assert {one["father-id-number"] for one in births} == {husband.number}
    (home,) = records.rows(offered()["household-registration"], MOTHER.number, population(), ON)
    assert home["household-address"] == MOTHER.address


def test_who_is_not_married_is_not_in_the_register_of_marriages() -> None:
    alone = next(
        one for one in population().citizens.values() if not one.spouse and records.age(one, ON) > 20
    )
    assert records.rows(offered()["marriage-registration"], alone.number, population(), ON) == []
    assert records.rows(offered()["population-basic"], "110101190001010000", population(), ON) == []


def test_every_row_has_all_fields_and_is_the_same_each_time() -> None:
    for one in offered().values():
        for identifier in (MOTHER.number, COMPANY.credit_code):
            found = records.rows(one, identifier, population(), ON)
            assert found == records.rows(one, identifier, population(), ON)
            assert all(set(row) == one.field_codes for row in found)


def test_a_company_is_in_the_registers_of_companies_only() -> None:
    (row,) = records.rows(offered()["enterprise-registration"], COMPANY.credit_code, population(), ON)
    assert (row["company-name"], row["address"]) == (COMPANY.name, COMPANY.address)
    assert records.rows(offered()["pension-benefit"], COMPANY.credit_code, population(), ON) == []


def test_a_car_and_a_project_are_known_by_their_own_numbers_and_say_whose_they_are() -> None:
    for owner in (MOTHER.number, COMPANY.credit_code):
        vin = things.vin_of(owner)
        assert len(vin) == 17 and not set(vin) & set("IOQ")
        (invoice,) = records.rows(offered()["vehicle-invoice"], vin.lower(), population(), ON)
        assert (invoice["vin"], invoice["buyer-id-number"]) == (vin, owner)
        made = [
            records.rows(offered()[code], vin, population(), ON)
            for code in ("imported-vehicle-certificate", "vehicle-factory-certificate")
        ]
        assert sorted(map(len, made)) == [0, 1], "a car was made here or abroad"
    project = things.project_of(COMPANY.credit_code)
    for code in (
        "works-contract",
        "drawing-review",
        "quality-safety-supervision",
        "planning-permit",
        "topographic-map",
    ):
        (row,) = records.rows(offered()[code], project, population(), ON)
        assert (row["project-code"], row["builder-credit-code"]) == (project, COMPANY.credit_code)
    assert records.rows(offered()["works-contract"], MOTHER.number, population(), ON) == []
    assert records.rows(offered()["vehicle-invoice"], "L0Y00000000000000", population(), ON) == []


def test_numbers_of_things_are_of_one_owner_each() -> None:
    for name in (things.VIN, things.PROJECT):
        found = [one for one, _ in things.everything(name, population())]
        assert len(found) == len(set(found)) > 50


def test_the_name_of_a_building_is_asked_by_its_address_and_is_nobodys() -> None:
    (row,) = records.rows(offered()["building-name"], COMPANY.address, population(), ON)
    assert row["address"] == COMPANY.address
    assert COMPANY.name not in row.values()


@pytest.fixture
def troubles(tmp_path: Path) -> Troubles:
    return Troubles(tmp_path / "troubles.json")


@pytest.fixture
def server(troubles: Troubles) -> Iterator[rest.Departments]:
    made = rest.Departments(offered(), population(), today=lambda: ON, troubles=troubles)
    with rest.answering(made):
        yield made


def ask(
    server: rest.Departments, path: str, **parameters: str
) -> tuple[int, dict[str, list[dict[str, object]]]]:
    connection = HTTPConnection(rest.HOST, server.server_address[1], timeout=20)
    try:
        connection.request("GET", f"{path}?{urlencode(parameters)}")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_a_service_answers_over_http(server: rest.Departments) -> None:
    resource = offered()["household-registration"]
    status, said = ask(server, rest.path_of(resource), **{"id-number": MOTHER.number})
    assert (status, said["rows"][0]["name"]) == (200, MOTHER.name)
    assert ask(server, rest.path_of(resource), **{"id-number": "x"}) == (200, {"rows": []})
    assert ask(server, "/public-security/no-such")[0] == 404
    assert ask(server, "/health/household-registration")[0] == 404


def test_a_department_whose_systems_are_dead_hangs_up_and_is_well_again(
    server: rest.Departments, troubles: Troubles
) -> None:
    path = rest.path_of(offered()["household-registration"])
    troubles.put("public-security", Trouble.DEAD)
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        ask(server, path, **{"id-number": MOTHER.number})
    assert ask(server, rest.path_of(offered()["tax-credit"]))[0] == 200, "the others go on"
    troubles.put("public-security", None)
    assert ask(server, path, **{"id-number": MOTHER.number})[0] == 200


@pytest.mark.slow
def test_a_database_is_read_by_its_departments_role_and_by_nobody_for_more(database_server: str) -> None:
    name = f"departments_{uuid.uuid4().hex}"
    try:
        found = databases.prepare(
            database_server,
            list(offered().values()),
            population(),
            ON,
            password_of=lambda role: f"pw-{role}",
            name=name,
        )
        assert set(found) == set(databases.IN_DATABASES)
        resource = offered()["pupil-register"]
        child = population().citizens[MOTHER.wards[0]]
        with psycopg.connect(found["education"], autocommit=True) as connection:
            cursor = connection.execute(databases.statement_of(resource), {"id-number": child.number})
            row = cursor.fetchone()
            assert row is not None
            assert row[[one.code for one in resource.fields].index("student-name")] == child.name
            for refused in (
                'DELETE FROM education."pupil-register"',
                'SELECT 1 FROM "housing-fund"."fund-account"',
            ):
                with pytest.raises(
                    (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege)
                ):
                    connection.execute(refused)
    finally:
        with psycopg.connect(database_server, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

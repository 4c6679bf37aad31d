"""The departments' databases: one beside the city's, a schema and a read-only role for each department that has one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tongban.datahub.resources.types import Resource
from tongban.demo.departments import records
from tongban.foundation.identity.queries import Population
from tongban.kernel.digests import digest_of

IN_DATABASES = ("disabled-federation", "ecology", "education", "housing-fund", "human-resources", "veterans")
"""Departments whose systems are databases; the others have REST services."""
LOCK = 0x7469_6465_7061


def statement_of(resource: Resource) -> str:
    """Return the statement by which a department publishes a table; the exchange binds its one value."""
    by = records.asked_by(resource)
    columns = ", ".join(f'"{one.code}"' for one in resource.fields)
    return f'SELECT {columns} FROM "{resource.department}"."{resource.code}" WHERE "{by}" = %({by})s'  # noqa: S608


def prepare(
    server_url: str,
    resources: Iterable[Resource],
    population: Population,
    on: dt.date,
    *,
    password_of: Callable[[str], str],
    name: str,
) -> dict[str, str]:
    """Fill the databases where they are not filled yet, and return department → the address of its read-only role.

    Raises psycopg.Error where the server does not let us make a database or a role.
    """
    kept = [one for one in resources if one.department in IN_DATABASES]
    address = _renamed(server_url, name)
    _create(server_url, name)
    with psycopg.connect(address) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _fill(connection, kept, population, on)
        return {
            one: _renamed(server_url, name, _role(connection, f"{name}-{one}", one, password_of))
            for one in sorted({each.department for each in kept})
        }


def _create(server_url: str, name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _fill(
    connection: psycopg.Connection, resources: Sequence[Resource], population: Population, on: dt.date
) -> None:
    """Make and fill the tables anew unless they are those of this catalogue and this month."""
    said = digest_of([f"{on:%Y-%m}", *(one.model_dump(mode="json") for one in resources)])
    connection.execute("CREATE TABLE IF NOT EXISTS filled (digest text PRIMARY KEY)")
    if connection.execute("SELECT 1 FROM filled WHERE digest = %s", [said]).fetchone():
        return
    for department in sorted({one.department for one in resources}):
        schema = sql.Identifier(department)
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    for one in resources:
        _table(connection, one, population, on)
    connection.execute("DELETE FROM filled")
    connection.execute("INSERT INTO filled VALUES (%s)", [said])


def _table(connection: psycopg.Connection, resource: Resource, population: Population, on: dt.date) -> None:
    table = sql.Identifier(resource.department, resource.code)
    names = [sql.Identifier(one.code) for one in resource.fields]
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in names)
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(table, columns))
    by = sql.Identifier(records.asked_by(resource))
    connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(table, by))
    with connection.cursor().copy(
        sql.SQL("COPY {} ({}) FROM STDIN").format(table, sql.SQL(", ").join(names))
    ) as copy:
        for _, row in records.everybody(resource, population, on):
            copy.write_row([_text(row[one.code]) for one in resource.fields])


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _role(
    connection: psycopg.Connection, name: str, department: str, password_of: Callable[[str], str]
) -> tuple[str, str]:
    """Have a role that can read one department's schema and nothing else; return its name and its password."""
    password = password_of(name)
    role, schema = sql.Identifier(name), sql.Identifier(department)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(role))
    for statement in (
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)),
        sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role),
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, role),
    ):
        connection.execute(statement)
    return name, password


def _renamed(url: str, database: str, user: tuple[str, str] | None = None) -> str:
    """Return the address of another database of a server, for another user."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    who = f"{quote(user[0], safe='')}:{quote(user[1], safe='')}@" if user else parts.netloc[: -len(place)]
    return urlunsplit((parts.scheme, f"{who}{place}", f"/{database}", parts.query, ""))

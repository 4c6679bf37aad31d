"""A city of its own for the benchmarks of cases: the demonstration pack in a database that is dropped again.

Drafts are made by the operations once, then copied row by row in SQL: ten thousand of them in a second.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.harness import pack_folder
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.runtime import boot
from tongban.runtime.database import create_database

AT = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Party:
    """Who applies, and who acts for them."""

    applicant: Subject
    by: Actor


@contextmanager
def city(name: str) -> Iterator[str]:
    """Yield the address of a fresh database with the demonstration city in it; durability is on."""
    with database(name) as address:
        _load()
        yield address


@contextmanager
def database(name: str) -> Iterator[str]:
    """Yield the address of a fresh database with all tables and nothing in them; durability is on."""
    os.environ["TONGBAN_DEMONSTRATION"] = "yes"
    with boot.database_url() as url:
        address = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(drop)
            create_database(url, name)
            os.environ["DATABASE_URL"] = address
            try:
                boot.set_up_django()
                boot.bring_tables_up_to_date()
                yield address
            finally:
                boot.disconnect()
                os.environ["DATABASE_URL"] = url
                connection.execute(drop)


def _load() -> None:
    from tongban.runtime.publishing import load_city

    load_city(pack_folder(), by=SYSTEM, at=AT)


def company() -> Party:
    """Return a company and its legal representative, settled by the operations."""
    from tongban.foundation.identity import operations as identity
    from tongban.foundation.identity import queries

    person = identity.settle_persona(code="p002", by=SYSTEM, at=AT)
    return Party(queries.companies_of(person.id)[0].subject, person.actor)


def value_of(code: str) -> str:
    """Return what can be written into a field: the first choice of one that lists them, else some words."""
    from tongban.services.catalogue import queries

    element = queries.elements().get(code)
    return element.choices[0] if element and element.choices else f"{code} 一二三"


def draft(party: Party, service: Subject, **more: object) -> uuid.UUID:
    """Begin a draft and make it ready to be handed in."""
    from tongban.services.cases import operations, queries

    who = {"by": party.by, "at": AT}
    id = operations.start(service=service, applicant=party.applicant, **more, **who)  # type: ignore[arg-type]
    case = queries.get_case(id, **who)  # type: ignore[arg-type]
    missing = [one for one in queries.pre_review(id, **who).missing if one.kind == "field"]  # type: ignore[arg-type]
    values = {one.code: value_of(one.code) for one in missing}
    operations.save_fields(case_id=id, values=values, **who)  # type: ignore[arg-type]
    for paper in case.materials:
        if paper.is_open and paper.kind == "commitment":
            _, shown = queries.commitment_text(id, item=paper.item, material=paper.code, **who)  # type: ignore[arg-type]
            operations.sign_commitment(case_id=id, item=paper.item, material=paper.code, shown=shown, **who)  # type: ignore[arg-type]
        elif paper.is_open:
            operations.attach(
                case_id=id,
                item=paper.item,
                material=paper.code,
                document=document(party),
                name="a.pdf",
                **who,
            )  # type: ignore[arg-type]
    return id


def document(party: Party) -> uuid.UUID:
    """Return a small picture that the party has uploaded."""
    from io import BytesIO

    from PIL import Image

    from tongban.foundation.documents import operations as documents

    file = BytesIO()
    Image.new("RGB", (40, 30)).save(file, "PNG")
    given = {"data": file.getvalue(), "name": "a.png", "purpose": "material", "owner": party.applicant}
    return documents.store(**given, by=party.by, at=AT).id  # type: ignore[arg-type]


def copies(id: uuid.UUID, count: int) -> list[uuid.UUID]:
    """Return that many copies of a draft: case, form and papers, each a row of its own."""
    from django.db import connection

    from tongban.kernel.ids import new_id

    ids = [new_id() for _ in range(count)]
    with connection.cursor() as cursor:
        for table, key in (("cases_case", "id"), ("cases_form", "case_id"), ("cases_material", "case_id")):
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
            )
            columns = [name for (name,) in cursor.fetchall()]
            made = [
                "new.id" if name == key else "gen_random_uuid()" if name == "id" else f"old.{name}"
                for name in columns
            ]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(made)} FROM {table} old, "
                f"unnest(%s::uuid[]) AS new(id) WHERE old.{key} = %s",
                [ids, id],
            )
        cursor.execute("ANALYZE")
    return ids

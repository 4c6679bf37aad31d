"""Sources plug in; what was decided is kept with everything it stood on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.services.exemptions.test_rules import paper
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject
from tongban.services.exemptions import models, operations, queries
from tongban.services.exemptions.registry import Sources
from tongban.services.exemptions.types import Evidence, Key, Kind, Outcome, Paper, Request

NOW = dt.datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
CASE = Subject("case", "c-1")
BY = Actor("person", "p-1")
REQUEST = Request(Subject("person", "p-1"), NOW)


def library(request: Request, papers: tuple[Paper, ...]) -> Mapping[Key, Evidence]:
    until = dt.date(2026, 3, 2) if request.applicant.id == "p-1" else dt.date(2026, 3, 1)
    return {
        one.key: Evidence(Kind.LICENCE_LIBRARY, "library", "L-1", "营业执照", valid_until=until)
        for one in papers
        if any(way.licence == "business-licence" for way in one.material.instead)
    }


def examine(**changes: Any) -> Any:
    given = {
        "subject": CASE, "request": REQUEST, "names": {"food": "食品经营许可"}, "by": BY, "at": NOW,
        "papers": [paper({"by": "licence_library", "licence": "business-licence"})],
    }  # fmt: skip
    return operations.examine(**given | changes)


@pytest.mark.django_db
@pytest.mark.law("exempt-no-repeat")
def test_a_source_plugs_in_and_its_evidence_is_kept(sources: Sources) -> None:
    assert examine().decisions[0].outcome is Outcome.REQUIRED
    operations.register_source(Kind.LICENCE_LIBRARY, library)
    operations.register_source(Kind.LICENCE_LIBRARY, library)
    examined = examine(at=NOW + dt.timedelta(hours=1))
    assert examined.decisions[0].outcome is Outcome.EXEMPT
    assert queries.examinations(CASE)[0] == examined
    assert queries.examinations(CASE)[0].decisions[0].evidence.reference == "L-1"
    entry = ledger.entries(CASE)[0]
    assert (entry.act, entry.detail) == ("exemptions.examine", {"digest": examined.digest, "exempt": 1})


@pytest.mark.django_db
def test_a_licence_that_has_ended_exempts_nothing(sources: Sources) -> None:
    operations.register_source(Kind.LICENCE_LIBRARY, library)
    other = Request(Subject("person", "p-2"), NOW)
    assert examine(request=other).decisions[0].outcome is Outcome.REQUIRED


def test_two_sources_have_two_names_and_only_what_is_looked_for(sources: Sources) -> None:
    operations.register_source(Kind.LICENCE_LIBRARY, library, name="one")
    with pytest.raises(ValueError, match="two sources"):
        operations.register_source(Kind.LICENCE_LIBRARY, lambda request, papers: {}, name="one")
    with pytest.raises(ValueError, match="nothing is looked for"):
        operations.register_source(Kind.GENERATED, library)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE exemptions_examination SET digest = ''", "DELETE FROM exemptions_examination"]
)
def test_exemptions_append_only(statement: str) -> None:
    examine()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="exemptions_append_only"):
        cursor.execute(statement)


@pytest.mark.django_db
def test_exemptions_digest_is_sha256() -> None:
    row = models.Examination(
        subject_kind="case", subject_id="c", at=NOW, by_kind="p", by_id="p", decisions=[], digest="x"
    )
    with pytest.raises(IntegrityError, match="exemptions_digest_is_sha256"), transaction.atomic():
        row.save(force_insert=True)

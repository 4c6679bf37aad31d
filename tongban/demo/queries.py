"""Reads of the demonstration: how far the history is, what a worker may deliver beside it, its digest."""

from __future__ import annotations

from collections import Counter

from django.db import connection

from tongban.channels.ui.notices import Notice
from tongban.demo import rules
from tongban.demo.departments.things import project_of, vin_of
from tongban.demo.models import History, Told
from tongban.demo.types import Lane, Owned, Status
from tongban.foundation.identity import queries as identity
from tongban.foundation.statements import queries as statements
from tongban.kernel.errors import N_

NUMBER = 1
MSG_BUILDING = N_("正在生成过去九十天的办件（{done}/{cases}）：已经可以登录，有些人物的办件还没有齐。")
LANE = "SELECT began_at, finished_at FROM demo_history WHERE number = %s"
# How many of everything, by what a visitor sees of it; nothing that is drawn anew each time (ids, numbers).
COUNTS = """
SELECT 'case ' || service_code || ' ' || state || ' ' || outcome, count(*) FROM cases_case GROUP BY 1
UNION ALL SELECT 'received ' || (received_at AT TIME ZONE 'Asia/Shanghai')::date, count(*) FROM cases_case GROUP BY 1
UNION ALL SELECT 'act ' || act, count(*) FROM cases_event GROUP BY 1
UNION ALL SELECT 'branch ' || item || ' ' || department || ' ' || state, count(*) FROM approvals_branch GROUP BY 1
UNION ALL SELECT 'branch act ' || act, count(*) FROM approvals_event GROUP BY 1
UNION ALL SELECT 'licence ' || type || ' ' || state, count(*) FROM licences_licence GROUP BY 1
UNION ALL SELECT 'entry ' || kind || ' ' || state, count(*) FROM effectiveness_entry GROUP BY 1
UNION ALL SELECT 'rating ' || level, count(*) FROM ratings_rating GROUP BY 1
UNION ALL SELECT 'follow-up ' || state, count(*) FROM ratings_followup GROUP BY 1
UNION ALL SELECT 'people', count(*) FROM identity_naturalperson
UNION ALL SELECT 'companies', count(*) FROM identity_legalentity WHERE bound_at IS NOT NULL
UNION ALL SELECT 'mandates', count(*) FROM identity_mandate
UNION ALL SELECT 'messages ' || template, count(*) FROM messages_message GROUP BY 1
"""


def status() -> Status | None:
    """Return how far the history is; None where none was begun."""
    row = History.objects.filter(number=NUMBER).first()
    if row is None:
        return None
    return Status(
        seed=row.seed, days=row.days, cases=row.cases, until=row.until, acts=row.acts, acts_done=row.acts_done,
        cases_done=Told.objects.filter(case_id__isnull=False).count(),
        left=Told.objects.exclude(left_because="").count(),
        played_to=row.played_to, began_at=row.began_at, finished_at=row.finished_at,
    )  # fmt: skip


def things() -> tuple[Owned, ...]:
    """Return what those of the sign-in page have, and the companies that they speak for."""
    population = identity.population()
    known = {one.code for one in population.personas}
    people = [population.citizens[code] for code in sorted(known)]
    firms = [one for one in population.firms.values() if one.representative in known]
    return (
        *(Owned(one.name, vin_of(one.number)) for one in people),
        *(Owned(one.name, vin_of(one.credit_code), project_of(one.credit_code)) for one in firms),
    )


def lane() -> Lane | None:
    """Return what a worker may deliver beside the history; None where there is none (one statement)."""
    if not identity.is_demonstration():
        return None
    row = statements.one(LANE, [NUMBER])
    return Lane(row[0], row[1] is None) if row else None


def notice() -> Notice | None:
    """Return what the sign-in page tells while the history is being built."""
    if not identity.is_demonstration():
        return None
    found = status()
    if found is None or found.is_finished:
        return None
    values: dict[str, object] = {"done": found.cases_done, "cases": found.cases}
    return Notice(MSG_BUILDING, values, found.percent)


def counts() -> dict[str, int]:
    """Return how many there are of everything that a visitor can see."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        found = Counter[str]()
        for name, number in cursor.fetchall():
            found[name or "draft"] += number
    return dict(found)


def digest() -> str:
    """Return the digest of the city's people, cases, branches, licences: equal for equal histories."""
    return rules.digest(counts())

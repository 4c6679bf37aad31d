"""Calls beside the purpose of their grant: looked for in the exchange's record, and what was found before."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Count, Max, Q, Sum

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import AskedFor
from tongban.services.cases import queries as cases
from tongban.services.disclosures import models
from tongban.services.disclosures.rules.merging import day_of
from tongban.services.disclosures.rules.purposes import why_beside
from tongban.services.disclosures.types import Beside, BesideOfGrant, Why

MOST = 200


def asked_beside_purpose(since: dt.datetime, until: dt.datetime) -> tuple[Beside, ...]:
    """Return for which cases grants were used here that they are not for, in a period; each as found on its first day."""
    return beside_among(exchange.asked_for(exchange.uses_of_grants(since, until)), day_of(since))


def beside_among(found: Collection[AskedFor], day: dt.date) -> tuple[Beside, ...]:
    """Return those uses of grants, of a day, for cases that they are not for.

    Only cases of this city are known here; what another system calls a case is left to its department.
    """
    known = cases.responsible_by_issue({one.use.issue for one in found})
    said = ((one, why_beside(one, known[one.use.issue])) for one in found if one.use.issue in known)
    return tuple(
        Beside(
            one.use.grant, one.use.consumer, one.holder, one.resource, one.use.issue, one.items, why, one.use.calls,
            one.use.first, day,
        )
        for one, why in said if why
    )  # fmt: skip


def beside_purpose(grant: uuid.UUID) -> tuple[Beside, ...]:
    """Return what was found of one grant, the latest first."""
    rows = models.Beside.objects.filter(grant=grant).order_by("-on", "id")[:MOST]
    return tuple(
        Beside(
            row.grant, row.consumer, row.holder, row.resource, row.issue, tuple(row.items), Why(row.why), row.calls,
            row.first, row.on,
        )
        for row in rows
    )  # fmt: skip


def grants_beside_purpose(departments: Collection[str] | None) -> tuple[BesideOfGrant, ...]:
    """Return of which grants something was found that these departments gave or hold, or any did, the latest first."""
    rows = models.Beside.objects.all()
    if departments is not None:
        rows = rows.filter(Q(owner__in=departments) | Q(holder__in=departments))
    found = rows.values("grant", "owner", "holder", "resource").annotate(
        cases=Count("id"), times=Sum("calls"), last=Max("on")
    )
    return tuple(
        BesideOfGrant(
            one["grant"],
            one["owner"],
            one["holder"],
            one["resource"],
            one["cases"],
            one["times"],
            one["last"],
        )
        for one in found.order_by("-last", "grant")[:MOST]
    )

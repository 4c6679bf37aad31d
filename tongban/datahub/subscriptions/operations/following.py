"""Feeds go by what the catalogue says of their resource now: which fields are personal, whether it is about persons."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import Resource
from tongban.datahub.subscriptions import models
from tongban.datahub.subscriptions.errors import FeedNeedsSubject
from tongban.datahub.subscriptions.operations.declaring import check_subject, personal_fields, record
from tongban.kernel.law import law
from tongban.kernel.types import SYSTEM, Actor


@law(
    "feed-follows-catalogue",
    basis="个人信息保护法 4、44、45",
    says="What becomes personal information in the catalogue is noted as such by every feed of it; one that tells of persons "
    "and does not say whose a change is takes no more changes until it does",
)
@transaction.atomic
def follow_resource(*, resource: str, by: Actor = SYSTEM, at: dt.datetime) -> int:
    """Have the feeds of a resource go by its entry; return how many changed."""
    found = resources.find_resources([resource]).get(resource)
    if found is None:  # taken off: its feeds note what they noted
        return 0
    rows = models.FeedRow.objects.select_for_update().filter(resource=resource).order_by("pk")
    return sum(_follow(row, found, by, at) for row in rows)


def _follow(row: models.FeedRow, resource: Resource, by: Actor, at: dt.datetime) -> bool:
    before = row.personal, row.names_nobody
    row.personal, row.names_nobody = personal_fields(resource), _names_nobody(row, resource)
    if before == (row.personal, row.names_nobody):
        return False
    row.save(update_fields=["personal", "names_nobody"])
    record(row, by, at)
    return True


def _names_nobody(row: models.FeedRow, resource: Resource) -> bool:
    try:
        check_subject(resource, row.subject)
    except FeedNeedsSubject:
        return True
    return False

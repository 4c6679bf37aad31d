"""Feeds: declared, changed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.errors import SubsystemUnknown
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import About, Resource
from tongban.datahub.subscriptions import models, records
from tongban.datahub.subscriptions.access import check_speaks_for
from tongban.datahub.subscriptions.errors import FeedHasNoKey, FeedNeedsSubject
from tongban.datahub.subscriptions.events import FeedDeclared
from tongban.datahub.subscriptions.rules.publishing import check_feed
from tongban.datahub.subscriptions.types import Feed
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

KEPT_DAYS = 365
SAID = ("name", "resource", "fields", "keys", "subject", "personal", "names_nobody", "kept_days")


@transaction.atomic
def declare_feed(
    *, provider: str, code: str, resource: str, subject: str = "", kept_days: int = KEPT_DAYS, by: Actor, at: dt.datetime
) -> Feed:  # fmt: skip
    """Declare a feed of a resource, or declare it anew after the resource has changed; return it.

    ``subject`` is the field that says whose data a row is: a key, or the owner's number; of personal information there has to
    be one. Changes are kept ``kept_days``: so far back goes a replay. Raises SubsystemUnknown, ResourceUnknown, FeedHasNoKey,
    BadFeed, FeedNeedsSubject.
    """
    if not any(one.code == provider for one in exchange.subsystems()):
        raise SubsystemUnknown(provider)
    check_speaks_for(by, provider, at)
    found = resources.get_resource(resource)
    keys = [field.code for field in found.fields if field.key]
    if not keys:
        raise FeedHasNoKey(resource)
    fields = [field.code for field in found.fields]
    check_feed(code, subject, [*keys, found.owner], kept_days)
    check_subject(found, subject)
    said = {
        "name": found.name, "resource": resource, "fields": fields, "keys": keys, "subject": subject,
        "personal": personal_fields(found), "names_nobody": False, "kept_days": kept_days,
    }  # fmt: skip
    row, _ = models.FeedRow.objects.update_or_create(provider_id=provider, code=code, defaults=said)
    record(row, by, at)
    return records.feed(row)


def record(row: models.FeedRow, by: Actor, at: dt.datetime) -> None:
    """Record a feed as it is declared now, and tell those who react."""
    name = f"{row.provider_id}/{row.code}"
    detail = {said: getattr(row, said) for said in SAID}
    ledger.record(act="feed.declared", subject=Subject("feed", name), by=by, at=at, detail=detail)
    outbox.publish(FeedDeclared(name, row.resource), at=at)


def personal_fields(resource: Resource) -> list[str]:
    """Return the fields in which somebody may be named: personal information, and whoever a record belongs to."""
    return [field.code for field in resource.fields if field.personal or field.owner]


@law(
    "feed-persons-by-name",
    basis="个人信息保护法 44、45",
    says="A feed about persons says of each change whose it is: they will find who was told",
)
def check_subject(resource: Resource, subject: str) -> None:
    """Raise FeedNeedsSubject where a feed about persons does not declare which of its personal fields names them."""
    is_about_persons = resource.is_personal and resource.subject is About.PERSON
    if is_about_persons and subject not in personal_fields(resource):
        raise FeedNeedsSubject(resource.code)

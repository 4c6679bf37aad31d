"""Subsystems and their keys: registered, revoked."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from tongban.datahub.exchange.errors import (
    BadCertificate,
    BadKey,
    BadSubsystem,
    KeyNotThere,
    KeyTaken,
    MemberUnknown,
    ReasonMissing,
    SubsystemUnknown,
)
from tongban.datahub.exchange.events import RegisterChanged
from tongban.datahub.exchange.models import Key, Subsystem, TrialKey
from tongban.datahub.exchange.operations.ending import watch_key
from tongban.datahub.exchange.rules import lasting
from tongban.datahub.exchange.rules.protocol import is_member, is_of_government, is_subsystem, member_of
from tongban.datahub.exchange.types import CERTIFICATE
from tongban.datahub.resources import queries as resources
from tongban.foundation.government import queries as government
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Actor
from tongban.kernel.types import Subject as About

key_id = signatures.key_id


@transaction.atomic
def register_subsystem(*, code: str, name: str, by: Actor, at: dt.datetime) -> None:
    """Register a subsystem, or give one another name.

    Raises BadSubsystem when the code is none, MemberUnknown when somebody registers a new one of no department.
    """
    if not is_subsystem(code):
        raise BadSubsystem(code[:200])
    resources.check_acts_for(by, member_of(code), at)
    if by.kind != "system" and not Subsystem.objects.filter(code=code).exists():
        _check_member(code)
    row, is_new = Subsystem.objects.get_or_create(code=code, defaults={"name": name, "registered_at": at})
    if is_new or row.name != name:
        Subsystem.objects.filter(code=code).update(name=name)
        ledger.record(
            act="exchange.subsystem", subject=About("subsystem", code), by=by, at=at, detail={"name": name}
        )
        outbox.publish(RegisterChanged(code, "subsystem"), at=at)


def _check_member(code: str) -> None:
    """Raise MemberUnknown where a subsystem of class GOV is of no department, as far as this node knows departments."""
    departments = {one.code for one in government.departments()}
    members = departments | {one.member for one in resources.systems()}
    if departments and is_of_government(code) and not is_member(member_of(code), members):
        raise MemberUnknown(member_of(code))


@transaction.atomic
def register_key(
    *,
    subsystem: str,
    algorithm: str,
    public: bytes,
    last_day: dt.date | None = None,
    by: Actor,
    at: dt.datetime,
) -> str:
    """Register a public key for a subsystem until a last day and return its id, by which signatures name it.

    The id is the digest of the key, so one key has one id everywhere and no id can be given to another key.
    Raises SubsystemUnknown, BadKey, BadLastDay, or KeyTaken when the key was registered before, revoked or not, or is a sandbox's.
    """
    if not signatures.is_public_key(algorithm, public):
        raise BadKey(algorithm)
    until = lasting.ends_at(at, last_day)
    return _register(subsystem, algorithm, public, by, at, valid_until=until)


def _register(
    subsystem: str,
    algorithm: str,
    public: bytes,
    by: Actor,
    at: dt.datetime,
    *,
    valid_until: dt.datetime,
    valid_from: dt.datetime | None = None,
) -> str:
    if not Subsystem.objects.filter(code=subsystem).exists():
        raise SubsystemUnknown(subsystem)
    resources.check_acts_for(by, member_of(subsystem), at)
    id = key_id(public)
    if TrialKey.objects.filter(id=id).exists():
        raise KeyTaken
    try:
        with transaction.atomic():
            row = Key.objects.create(
                id=id,
                subsystem_id=subsystem,
                algorithm=algorithm,
                public=public,
                registered_at=at,
                registered_by=f"{by.kind}:{by.id}",
                valid_from=valid_from,
                valid_until=valid_until,
            )
    except IntegrityError:
        raise KeyTaken from None
    said = {"subsystem": subsystem, "algorithm": algorithm, "valid_until": valid_until.isoformat()}
    _record("exchange.key_registered", id, by, at, number=row.number, **said)
    watch_key(key=id, until=valid_until, by=by, at=at)
    return id


@transaction.atomic
def register_certificate(*, subsystem: str, certificate: bytes, by: Actor, at: dt.datetime) -> str:
    """Register a client certificate (X.509, DER) for a subsystem and return its fingerprint, SHA-256 in base64url.

    It is trusted because it is registered, whoever issued it. Raises SubsystemUnknown, BadCertificate when it is none
    or has run out, or KeyTaken.
    """
    dates = lasting.dates_of(certificate)
    if dates["valid_until"] <= at:
        raise BadCertificate
    return _register(subsystem, CERTIFICATE, certificate, by, at, **dates)


@transaction.atomic
def revoke_key(*, key: str, reason: str, by: Actor, at: dt.datetime) -> None:
    """Revoke a key: the next call signed with it is refused. Raises KeyNotThere, or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    row = Key.objects.select_for_update().filter(id=key, revoked_at=None).first()
    if row is None:
        raise KeyNotThere(key)
    resources.check_acts_for(by, member_of(row.subsystem_id), at)
    row.revoked_at, row.revoked_by = at, f"{by.kind}:{by.id}"
    row.save(update_fields=["revoked_at", "revoked_by"])
    _record("exchange.key_revoked", key, by, at, reason=reason)


def _record(act: str, key: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=About("exchange-key", key), by=by, at=at, detail=detail)
    outbox.publish(RegisterChanged(key, "key"), at=at)

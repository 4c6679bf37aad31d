"""The sandbox: every service has a twin in an instance of its own, ``SH-TEST`` beside ``SH``, that answers with test rows.

A call is read, verified and checked as a real one, by a key that is good for nothing else. It needs no grant, reaches no
provider, and is noted in a table of its own: it is no exchange, so it is neither in the ledger nor counted anywhere.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from tongban.datahub.exchange import known
from tongban.datahub.exchange.errors import (
    BadKey,
    BadSamples,
    BadSignature,
    BadSubsystem,
    Fault,
    KeyTaken,
    NotAuthorised,
    NotTheClient,
    Replayed,
    ServiceUnknown,
    TooManyTrialKeys,
    WrongMethod,
    WrongParameters,
)
from tongban.datahub.exchange.models import Key as RealKey
from tongban.datahub.exchange.models import Sample, Service, TrialKey
from tongban.datahub.exchange.models import Trial as TrialRow
from tongban.datahub.exchange.operations import metadata
from tongban.datahub.exchange.operations.looking import look
from tongban.datahub.exchange.operations.publishing import personal_fields
from tongban.datahub.exchange.providers import asking
from tongban.datahub.exchange.queries.descriptions import description_of, sample_rows
from tongban.datahub.exchange.rules import leaving, paths, protocol, samples
from tongban.datahub.exchange.rules.openapi.describing import spelt
from tongban.datahub.exchange.types import Answer, Call, Outcome, ServiceKind
from tongban.datahub.exchange.types import Service as Published
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import Resource, Sharing
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Key, Message, Signed
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Failure, NotAllowed
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor, Subject

KEY_DAYS = 90
MOST_KEYS = 10
CALLS_A_DAY = 5000
KEPT_DAYS = 30
MSG_NOT_STAFF = N_("沙箱密钥由“{department}”的工作人员自行登记。")


@transaction.atomic
def register_trial_key(*, subsystem: str, algorithm: str, public: bytes, by: Actor, at: dt.datetime) -> str:
    """Register a key for the sandbox and return its id; whoever works for the department may, for ninety days.

    Raises BadSubsystem unless it is one of the sandbox, BadKey, KeyTaken, TooManyTrialKeys, or NotAllowed.
    """
    if not (protocol.is_subsystem(subsystem) and protocol.is_trial(subsystem)):
        raise BadSubsystem(subsystem[:200])
    _check_works_for(by, protocol.member_of(subsystem), at)
    if not signatures.is_public_key(algorithm, public):
        raise BadKey(algorithm)
    today = at.astimezone(SHANGHAI).date()
    if TrialKey.objects.filter(subsystem=subsystem, until__gte=today).count() >= MOST_KEYS:
        raise TooManyTrialKeys(MOST_KEYS)
    id = signatures.key_id(public)
    if RealKey.objects.filter(id=id).exists():
        raise KeyTaken
    until = today + dt.timedelta(days=KEY_DAYS)
    said = {"subsystem": subsystem, "algorithm": algorithm, "public": public, "registered_at": at}
    _, is_new = TrialKey.objects.get_or_create(
        id=id, defaults={**said, "registered_by": f"{by.kind}:{by.id}", "until": until}
    )
    if not is_new:
        raise KeyTaken
    _record(
        "exchange.trial_key", "exchange-trial-key", id, by, at, subsystem=subsystem, until=until.isoformat()
    )
    return id


@transaction.atomic
def set_samples(
    *, provider: str, code: str, rows: Sequence[Mapping[str, str]], by: Actor, at: dt.datetime
) -> None:
    """Set the rows with which the sandbox answers for a service; no rows mean those that are made.

    Raises ServiceUnknown, or BadSamples with what is wrong.
    """
    row = Service.objects.filter(provider_id=provider, code=code).first()
    if row is None:
        raise ServiceUnknown(f"{provider}/{code}")
    resources.check_acts_for(by, protocol.member_of(provider), at)
    wrong = samples.wrong_rows(rows, resources.get_resource(row.resource))
    if wrong or len(rows) > samples.MOST_ROWS:
        raise BadSamples(wrong or [(samples.MOST_ROWS + 1, "")])
    Sample.objects.filter(service=row).delete()
    if rows:
        Sample.objects.create(service=row, rows=[dict(one) for one in rows], at=at)
    _record("exchange.samples", "service", f"{provider}/{code}", by, at, rows=len(rows))


def forget_trials(*, at: dt.datetime) -> int:
    """Take away what programmers have tried more than thirty days ago; return how many calls that were."""
    gone, _ = TrialRow.objects.filter(at__lt=at - dt.timedelta(days=KEPT_DAYS)).delete()
    return gone


@dataclass(frozen=True, slots=True)
class Trial:
    """A request to the sandbox: ``number`` is its own, ``what`` the service or feed of the provider that is tried."""

    number: uuid.UUID
    message: Message
    body: bytes
    provider: str
    what: str

    @property
    def consumer(self) -> str:
        """Return who says to ask."""
        return self.message.headers.get("x-road-client", "")


def try_call(call: Call, at: dt.datetime) -> Answer:
    """Return the answer of the sandbox to a call; raises a Fault as a real call would."""
    trial = Trial(call.number, call.message, call.body, call.provider, call.service)
    signed, body = try_out(trial, lambda: _answered(call, at), at=at)
    return Answer(200, protocol.headers_of(call, signed, asking.JSON, body), body)


def try_out(trial: Trial, answer: Callable[[], bytes], *, at: dt.datetime) -> tuple[Signed, bytes]:
    """Verify a request to the sandbox, note it, and return its signature and what it is answered.

    Raises a Fault, as a real request would, or what ``answer`` raises.
    """
    signed = _verified(trial, at)
    if TrialRow.objects.filter(key=signed.key, nonce=signed.nonce).exists():
        raise Replayed
    return signed, _noted(trial, answer, at, signed.key or "", signed.nonce or "")


def try_as(
    *, consumer: str, provider: str, what: str, answer: Callable[[], bytes], by: Actor, at: dt.datetime
) -> bytes:
    """Return what a request to the sandbox is answered that somebody of the consumer's department makes at a page.

    It needs no key and is noted like a call. Raises BadSubsystem, NotAllowed, or what ``answer`` raises.
    """
    if not (protocol.is_subsystem(consumer) and protocol.is_trial(consumer)):
        raise BadSubsystem(consumer[:200])
    _check_works_for(by, protocol.member_of(consumer), at)
    trial = Trial(new_id(), Message({"x-road-client": consumer}), b"", provider, what)
    return _noted(trial, answer, at, "", trial.number.hex)


def _noted(trial: Trial, answer: Callable[[], bytes], at: dt.datetime, key: str, nonce: str) -> bytes:
    """Return the answer, once it is noted how it went; it counts for the day, whoever asks and however."""
    began = time.perf_counter()
    _check_limit(trial, at)
    try:
        body = answer()
    except Failure as failure:
        problem = failure.type if isinstance(failure, Fault) else failure.code
        _note(trial, key, nonce, at, began, failure.status, b"", problem)
        raise
    _note(trial, key, nonce, at, began, 200, body, "")
    return body


def _verified(trial: Trial, at: dt.datetime) -> Signed:
    owners: list[str] = []

    def find(id: str) -> Key | None:
        row = TrialKey.objects.filter(id=id, until__gte=at.astimezone(SHANGHAI).date()).first()
        if row is None:
            return None
        owners.append(row.subsystem)
        return Key(row.id, row.algorithm, bytes(row.public))

    try:
        signed, _ = signatures.verified(
            trial.message, trial.body, find_key=find, policy=protocol.POLICY, moment=at.timestamp()
        )
    except Failure as why:
        raise BadSignature(why) from None
    if owners[0] != trial.consumer:
        raise NotTheClient(trial.consumer)
    return signed


def _check_limit(trial: Trial, at: dt.datetime) -> None:
    midnight = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    if TrialRow.objects.filter(consumer=trial.consumer, at__gte=midnight).count() >= CALLS_A_DAY:
        raise NotAuthorised(Outcome.QUOTA_EXCEEDED, trial.consumer, f"{trial.provider}/{trial.what}")


def _answered(call: Call, at: dt.datetime) -> bytes:
    provider = protocol.real(call.provider)
    if call.service in protocol.OWN:
        metadata.check_asked(call)
        return metadata.text(look(call, at))
    if call.service in protocol.METADATA:
        return _described(call, provider)
    service, resource = _twin(call, provider, call.service)
    if resource.sharing is Sharing.NEVER:
        raise NotAuthorised(Outcome.ACCESS_DENIED, call.client, call.service_id)
    asked = _asked(call, service, resource)
    rows = (
        samples.fitting(sample_rows(service.provider, service.code, resource), asked)
        if call.message.method in ("GET", "HEAD")
        else []
    )
    return leaving.body_of(leaving.granted(rows, resource.field_codes))


def _described(call: Call, provider: str) -> bytes:
    metadata.check_asked(call)
    if call.service != "getOpenAPI":
        offered = [
            known.service_of(row) for row in Service.objects.filter(provider_id=provider).order_by("code")
        ]
        return metadata.listed(call.provider, offered)
    service, _ = _twin(call, provider, metadata.service_asked(call))
    return metadata.text(description_of(service, call.provider))


def _twin(call: Call, provider: str, code: str) -> tuple[Published, Resource]:
    """Return the service, or one that its entry in the catalogue announces, with its resource."""
    service = known.find_service(provider, code)
    if service is not None:
        found = resources.find_resources([service.resource]).get(service.resource)
        if found is not None:
            return service, found
    system = resources.find_systems([provider]).get(provider)
    announced = resources.resources(department=system.department) if system else ()
    for one in announced:
        if system and one.system == system.code and one.service_code == code:
            keys = tuple(field.code for field in one.fields if field.key)
            return Published(provider, code, 0, ServiceKind.UPSTREAM, "", one.code, parameters=keys), one
    raise NotAuthorised(Outcome.UNKNOWN_SERVICE, call.client, call.service_id)


def _asked(call: Call, service: Published, resource: Resource) -> dict[str, str]:
    """Return what is asked for, by name; raise what a real call would be told of its parameters and its case."""
    known_now = replace(service, personal=personal_fields(resource))
    asking.check_issue(known_now, call, resource.field_codes)
    found = asking.parameters_of(service, call)
    if service.kind in (ServiceKind.REGISTER, ServiceKind.QUERY):
        if call.message.method != "GET":
            raise WrongMethod(call.message.method)
        if call.rest not in ("", "/"):
            raise WrongParameters(call.rest[:80])
        return leaving.parameters(found, service.parameters)
    # Which paths another node's service has, that node knows.
    is_ours = service.kind is ServiceKind.UPSTREAM
    query = asking.query_for(service, call) if is_ours else asking.query_of(call)
    said = {**dict(query), **(paths.find(service.paths, call.message.method, call.rest) or {})}
    asking.check_subject(service, said.items())
    return {service.renames.get(name, spelt(name)): value for name, value in said.items()}


def _note(
    trial: Trial, key: str, nonce: str, at: dt.datetime, began: float, status: int, body: bytes, problem: str
) -> None:
    micros = int((time.perf_counter() - began) * 1_000_000)
    try:
        with transaction.atomic():
            TrialRow.objects.create(
                id=trial.number, at=at, key=key, nonce=nonce, consumer=trial.consumer,
                provider=trial.provider, service=trial.what, status=status, size=len(body), micros=micros,
                problem=problem,
            )  # fmt: skip
    except IntegrityError:
        raise Replayed from None


def _check_works_for(by: Actor, department: str, at: dt.datetime) -> None:
    if by.kind in ("system", "operator"):
        return
    posts = identity.staff_access(by.id, at=at).posts if by.kind == "staff" else ()
    if department not in {post.department for post in posts}:
        raise NotAllowed("trial-not-staff", MSG_NOT_STAFF, department=department)


def _record(act: str, kind: str, id: str, by: Actor, at: dt.datetime, **detail: object) -> None:
    ledger.record(act=act, subject=Subject(kind, id), by=by, at=at, detail=detail)

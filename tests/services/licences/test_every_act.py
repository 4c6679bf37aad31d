"""Every act by everybody in every state, called for real: as the table says, and nothing else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import transaction

from tests.factories.cases import CLERK, DECIDER, POLICE, Cast
from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.ledger.models import Record
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Happened
from tongban.kernel.errors import Conflict, NotAllowed
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.licences import operations, queries
from tongban.services.licences.rules.life_cycle import LAWS, STEPS
from tongban.services.licences.types import Act, Correction, LicenceState, Role

pytestmark = pytest.mark.django_db
S = LicenceState
ROLES = {
    "decider": {Role.DECIDER},
    "system": {Role.SYSTEM},
    "clerk": set(),
    "another body": set(),
    "holder": set(),
}
WAYS: dict[LicenceState, tuple[Act, ...]] = {
    S.VALID: (), S.SUSPENDED: (Act.SUSPEND,), S.REVOKED: (Act.REVOKE,), S.WITHDRAWN: (Act.WITHDRAW,),
    S.CANCELLED: (Act.CANCEL,), S.CORRECTED: (Act.CORRECT,), S.EXPIRED: (),
}  # fmt: skip
ACTS = [act for act in Act if act is not Act.ISSUE]


def do(act: Act, id: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    more: dict[str, Any] = {"correction": Correction(is_open_ended=True)} if act is Act.CORRECT else {}
    getattr(operations, act.value)(id=id, law=LAWS[act], reason="说得清的理由", by=by, at=at, **more)


def told(name: str) -> int:
    return Happened.objects.filter(name=name).count()


@pytest.mark.slow
@pytest.mark.law("licence-states")
@pytest.mark.parametrize("state", S)
def test_every_act_by_everybody(state: LicenceState, cast: Cast, grant: Granting) -> None:
    id = operations.issue(grant=grant(holder=cast.subject), by=SYSTEM, at=NOON)
    at = NOON.replace(year=2032) if state is S.EXPIRED else NOON
    for act in WAYS[state]:
        do(act, id, DECIDER, at)
    who = {
        "decider": DECIDER,
        "system": SYSTEM,
        "clerk": CLERK,
        "another body": POLICE,
        "holder": cast.applicant,
    }
    assert queries.get_licence(id, at=at).state is state
    for act in ACTS:
        for name, by in who.items():
            with transaction.atomic():
                check(state, act, id, name, by, at)
                transaction.set_rollback(True)


def check(state: LicenceState, act: Act, id: uuid.UUID, name: str, by: Actor, at: dt.datetime) -> None:
    step, before = STEPS.get((state, act)), (told("licence.changed"), Record.objects.count())
    if step is None or not ROLES[name] & step.who:
        with pytest.raises(Conflict if step is None else NotAllowed) as refused:
            do(act, id, by, at)
        assert str(refused.value).endswith("。")
        assert queries.get_licence(id, at=at).state is state
        assert (told("licence.changed"), Record.objects.count()) == before
        return
    do(act, id, by, at)
    assert queries.get_licence(id, at=at).state is step.next
    last = queries.changes_of(id)[-1]
    assert (last.act, last.before, last.after, last.by) == (act, state, step.next, by)
    assert last.law and last.reason
    assert told("licence.changed") == before[0] + 1
    assert Record.objects.filter(act=f"licence.{act.value}", subject_id=str(id), actor_id=by.id).exists()


def inbox(cast: Cast, language: str = "zh") -> list[tuple[str, str]]:
    found = messages.inbox(cast.subject, language=language)
    return [
        (one.template.removeprefix("licences."), one.body) for one in reversed(found)
        if one.template.startswith("licences.")
    ]  # fmt: skip


@pytest.mark.slow
def test_the_holder_is_told_of_every_act_with_law_and_reason(cast: Cast, grant: Granting) -> None:
    for acts in ((Act.SUSPEND, Act.RESUME, Act.CORRECT), (Act.REVOKE,), (Act.WITHDRAW, Act.CANCEL)):
        id = operations.issue(grant=grant(holder=cast.subject), by=SYSTEM, at=NOON)
        for act in acts:
            do(act, id, DECIDER, NOON)
            outbox.deliver(at=NOON)
    said = inbox(cast)
    assert [code for code, _ in said] == [
        "suspended", "resumed", "corrected", "revoked", "withdrawn", "cancelled",
    ]  # fmt: skip
    assert "说得清的理由" in said[0][1] and LAWS[Act.SUSPEND] in said[0][1]
    assert "行政复议" in said[3][1]
    assert "说得清的理由" not in inbox(cast, "en")[1][1] and "食品经营许可证" in inbox(cast, "en")[1][1]


@pytest.mark.slow
@pytest.mark.law("licence-renewal-reminded", "licence-expires")
def test_the_end_is_told_in_time_and_when_it_came(cast: Cast, grant: Granting) -> None:
    operations.issue(
        grant=grant(holder=cast.subject, validity="1 年"), by=SYSTEM, at=NOON
    )  # until 9 March 2027
    suspended = operations.issue(grant=grant(holder=cast.subject, validity="1 年"), by=SYSTEM, at=NOON)
    gone = operations.issue(grant=grant(holder=cast.subject, validity="1 年"), by=SYSTEM, at=NOON)
    operations.issue(grant=grant(holder=cast.subject, validity="长期"), by=SYSTEM, at=NOON)
    outbox.deliver(at=NOON)
    do(Act.SUSPEND, suspended, DECIDER, NOON)
    do(Act.REVOKE, gone, SYSTEM, NOON)
    seen = []
    for day in (dt.date(2026, 12, 8), dt.date(2026, 12, 9), dt.date(2027, 1, 30), dt.date(2027, 1, 31),
                dt.date(2027, 3, 9), dt.date(2027, 3, 10), dt.date(2027, 5, 1)):  # fmt: skip
        outbox.deliver(at=dt.datetime.combine(day, NOON.timetz()))
        seen.append(len([code for code, _ in inbox(cast) if code in ("ends-soon", "expired")]))
    assert seen == [0, 2, 2, 4, 4, 6, 6]
    assert told("licence.expired") == 2
    assert Record.objects.filter(act="licence.expire").count() == 2
    first = next(body for code, body in inbox(cast) if code == "ends-soon")
    assert "2027-03-09" in first and "2027-02-07" in first

"""For whom somebody may act: oneself, one's company, by mandate, for one's child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from tongban.foundation.identity.types import ActingFor, Company, Mandate, Person
from tongban.kernel.errors import N_, Conflict, Failure, Invalid, NotAllowed
from tongban.kernel.law import law
from tongban.kernel.types import Subject

LONGEST_MANDATE = 366 * 5
"""Days. No law sets a limit to the term of a mandate; five years keeps forgotten ones from lasting for ever."""
FULL_AGE = 18
"""Years: 民法典第 17、18 条."""


def mandate_state(
    *,
    until: dt.date,
    accepted_at: dt.datetime | None,
    declined_at: dt.datetime | None,
    revoked_at: dt.datetime | None,
    today: dt.date,
) -> Literal["offered", "accepted", "declined", "revoked", "ended"]:
    """Return the state of a mandate on a day: revocation and refusal are final, then the term ends."""
    if revoked_at:
        return "revoked"
    if declined_at:
        return "declined"
    if today > until:
        return "ended"
    return "accepted" if accepted_at else "offered"


@law("acting-within-mandate", basis="民法典 61、162、165", says="Who acts for another does so as legal "
     "representative, by mandate and within it, or as guardian")  # fmt: skip
def check_may_act(options: Iterable[ActingFor], party: Subject, *, item: str | None = None) -> ActingFor:
    """Return the right by which somebody acts for a party in an item; raise NotAllowed.

    Source: 民法典第 162、165 条 (agents act within their mandate), 第 34 条 (guardians), 第 61 条 (legal
    representatives).
    """
    rights = [one for one in options if one.party == party]
    if not rights:
        raise NotAllowed(
            "acting-without-right", N_("您不能替这个人（单位）办事：没有绑定、委托或者监护关系。")
        )
    for right in rights:
        if right.covers(item):
            return right
    raise NotAllowed("acting-beyond-mandate", N_("给您的委托不包括这个事项，请委托人补充。"))


def can_act(options: Iterable[ActingFor], party: Subject, *, item: str | None = None) -> bool:
    """Return whether somebody with these rights may act for the party."""
    return _holds(check_may_act, options, party, item=item)


@law("mandate-from-principal", basis="民法典 61、161、169", says="A mandate comes from the principal; a company's "
     "from its legal representative; it is not passed on")  # fmt: skip
def check_may_give_mandate(
    principal: Person | Company, giver: Person, grantee: Person, *, until: dt.date, today: dt.date
) -> None:
    """Raise unless the giver may mandate the grantee for the principal until that day.

    A company's mandate is its legal representative's to give (民法典第 61 条); one's own is one's own
    (第 161 条). Mandates are not passed on: sub-delegation needs the principal's consent (第 169 条).
    """
    if isinstance(principal, Company):
        if principal.legal_representative != giver.id:
            raise NotAllowed("mandate-not-representative", N_("单位的委托只能由法定代表人（负责人）给出。"))
        if principal.dissolved_on:
            raise Conflict("mandate-company-dissolved", N_("单位已经注销，不能再给委托。"))
    elif principal.id != giver.id:
        raise NotAllowed("mandate-not-own", N_("只能委托别人办自己的事；受托的事不能转委托。"))
    if not giver.is_verified:
        raise NotAllowed("mandate-unverified", N_("先完成实名核验，才能给委托。"))
    if grantee.id == giver.id:
        raise Invalid("mandate-to-oneself", N_("不需要委托自己。"))
    if age(grantee.birth_on, today) < FULL_AGE:
        raise Invalid("mandate-to-child", N_("受托人要年满 18 周岁（民法典第 18 条）。"))
    if grantee.died_on:
        raise Invalid("mandate-to-dead", N_("这个证件号码已经注销，不能接受委托。"))
    if until < today:
        raise Invalid("mandate-ended", N_("委托的截止日期已经过去，请选今天或者以后的日期。"))
    if (until - today).days > LONGEST_MANDATE:
        raise Invalid("mandate-too-long", N_("委托最长五年，到期可以再给。"))


def can_give_mandate(
    principal: Person | Company, giver: Person, grantee: Person, *, until: dt.date, today: dt.date
) -> bool:
    """Return whether the giver may give this mandate."""
    return _holds(check_may_give_mandate, principal, giver, grantee, until=until, today=today)


def check_may_accept_mandate(mandate: Mandate, person: Person) -> None:
    """Raise unless this person may accept or decline the mandate: nobody becomes an agent unasked."""
    if mandate.grantee != person.id:
        raise NotAllowed("mandate-not-yours", N_("这份委托不是给您的。"))
    if not person.is_verified:
        raise NotAllowed("mandate-accept-unverified", N_("先完成实名核验，才能接受委托。"))
    if mandate.state != "offered":
        raise Conflict("mandate-not-offered", N_("这份委托已经接受、谢绝、撤销或者到期。"))


def can_accept_mandate(mandate: Mandate, person: Person) -> bool:
    """Return whether this person may accept the mandate."""
    return _holds(check_may_accept_mandate, mandate, person)


@law("mandate-ends-at-once", basis="民法典 173", says="Principal and agent may each end a mandate, at once")
def check_may_revoke_mandate(mandate: Mandate, person: Person, principal: Person | Company) -> None:
    """Raise unless this person may end the mandate: the principal's side or the agent (民法典第 173 条)."""
    of_principal = (
        principal.legal_representative == person.id
        if isinstance(principal, Company)
        else principal.id == person.id
    )
    if not of_principal and mandate.grantee != person.id:
        raise NotAllowed("mandate-not-yours-to-end", N_("只有委托人和受托人可以结束委托。"))
    if mandate.state not in ("offered", "accepted"):
        raise Conflict("mandate-over", N_("这份委托已经结束。"))


def can_revoke_mandate(mandate: Mandate, person: Person, principal: Person | Company) -> bool:
    """Return whether this person may end the mandate."""
    return _holds(check_may_revoke_mandate, mandate, person, principal)


def age(birth_on: dt.date, today: dt.date) -> int:
    """Return full years of age; who is born on 29 February grows older on 1 March in other years."""
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


@law("guardian-of-minor", basis="民法典 17、23、27", says="Parents act for their children until they are 18")
def check_may_guard(guardian: Person, ward: Person, *, today: dt.date) -> None:
    """Raise unless the guardian may act for the ward as for a minor (民法典第 17、23、27 条)."""
    if guardian.id == ward.id or age(guardian.birth_on, today) < FULL_AGE:
        raise NotAllowed("guardian-not-of-age", N_("监护人要年满 18 周岁。"))
    if age(ward.birth_on, today) >= FULL_AGE:
        raise Conflict("ward-of-age", N_("孩子已经年满 18 周岁，由本人办理，或者由本人委托您办理。"))
    if ward.died_on or guardian.died_on:
        raise Conflict("guardian-ended", N_("监护关系已经终止。"))


def can_guard(guardian: Person, ward: Person, *, today: dt.date) -> bool:
    """Return whether the guardian may act for the ward."""
    return _holds(check_may_guard, guardian, ward, today=today)


def _holds(check: object, *args: object, **values: object) -> bool:
    try:
        check(*args, **values)  # type: ignore[operator]
    except Failure:
        return False
    return True

"""Whom to ask and by what, what an answer comes to, when to ask again. Pure: the same facts, the same answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from tongban.kernel.law import law
from tongban.services.exemptions.types import Evidence, Kind, Provenance, Standing
from tongban.services.obtaining.types import Footing, Plan, Said, State, Want, Who

OF_AGE = 18
"""Years: 民法典 17."""
NUMBER, CREDIT_CODE = "id-number", "credit-code"
NUMBERS = (NUMBER, CREDIT_CODE)
IDENTIFIES = ("number", "code", "vin")
"""How the data elements end of which a value belongs to one thing alone; others may have the same name or address."""
NOTHING: Mapping[str, str] = {}
OTHERS = ("deceased-", "relative-", "spouse-", "child-")
"""Numbers of somebody else than the applicant: nobody is asked about them by the applicant's own."""
OF_MOTHER, OF_FATHER = "mother-", "father-"
FEMALE, MALE = "女", "男"
OWNERS = ("owner-", "payer-", "holder-", "buyer-")
"""What a person or a company can be."""
ENDED = frozenset(
    {"注销", "已注销", "吊销", "撤销", "失效", "作废", "停用", "挂失", "cancelled", "revoked", "void"}
)
STATUS = ("status", "state")
VALID_UNTIL = ("valid-until", "endorsed-until", "certified-until")
PAUSES = (5, 30, 120, 600, 3600)
"""Seconds until a provider that gave no answer is asked again; after the last pause and try nobody asks again."""
KEPT = dt.timedelta(days=365)
"""How long what came back is kept for the case; a reading of 个人信息保护法 19: as short as the purpose allows, which is the
case and the half year in which its decision can be sued (行政诉讼法 46), with room for its course."""
MOST_ROWS = 100
"""More than that is no record of one person: it is not kept."""
MOST_TRIES = 5
"""By so many different values of the form a paper is asked for in one case: a mistake or two are mended, a list is not tried.
No law names a number; a reading of 个人信息保护法 6."""
OK, MISSING, GONE = 200, 404, 410
STANDINGS = {
    State.OBTAINED: Standing.FOUND,
    State.WANTED: Standing.UNDER_WAY,
    State.NO_ANSWER: Standing.NO_ANSWER,
    State.NOT_FOUND: Standing.NOT_FOUND,
}
BEST_FIRST = (
    Standing.FOUND,
    Standing.UNDER_WAY,
    Standing.CONFIRMING,
    Standing.AWAITED,
    Standing.NO_ANSWER,
    Standing.NOT_FOUND,
    Standing.UNCONFIRMED,
)
"""Of several departments one that has the applicant is enough, and while one may still have them nobody brings anything."""


def plan(
    parameters: Sequence[str],
    keys: Mapping[str, str],
    who: Who,
    form: Mapping[str, str] = NOTHING,
    *,
    owner: str = "",
    is_open: bool = False,
) -> Plan | None:
    """Return by what a service is asked about somebody; None where it can not be.

    Args: ``keys`` says which data element a parameter is, so that nobody is asked about the wrong person; ``form`` has the
    values of all its data elements, empty ones too; ``owner`` is the field of the answer that says whose a record is;
    ``is_open`` says that the records are nobody's, and open to all.
    """
    own = {name: _own(keys.get(name) or name, name, who) for name in parameters}
    asked = {name: keys.get(name) or "" for name, value in own.items() if not value}
    if not parameters or not all(_may_be_typed(name, element, form) for name, element in asked.items()):
        return None
    said = {element: value for element in asked.values() if (value := form[element].strip())}
    known = own | {name: said[element] for name, element in asked.items() if element in said}
    return Plan(
        _footing(is_own=len(asked) < len(own), owner=owner, is_open=is_open),
        {name: value for name, value in known.items() if value},
        said,
        tuple(sorted(set(asked.values()) - said.keys())),
        owner if asked else "",
        who.number or who.credit_code,
    )


def _may_be_typed(name: str, element: str, form: Mapping[str, str]) -> bool:
    """Return whether the form can give a parameter: anything that it asks, but nobody's number."""
    return element in form and not element.endswith(NUMBERS) and not name.endswith(NUMBERS)


@law("obtained-by-form-only-ones-own", basis="个人信息保护法 6、13", says="By what an applicant writes a department is asked only "
     "where its answer says whose the record is, or another answer has shown it to be theirs, or it is about nobody and "
     "open to all")  # fmt: skip
def _footing(*, is_own: bool, owner: str, is_open: bool) -> Footing:
    if is_own:
        return Footing.SELF
    if owner:
        return Footing.OWNER
    return Footing.OPEN if is_open else Footing.CONFIRMED


def standing_of(
    plan: Plan,
    shown: Mapping[str, Collection[str]],
    coming: Collection[str],
    possible: Collection[str],
) -> Standing | None:
    """Return how far a plan is: UNDER_WAY where it can be asked by now; None where nothing could ever confirm it.

    Args: ``shown`` are the values that the applicant's own records have, by element; ``coming`` the elements that answers
    now awaited can show, ``possible`` those that any of the case's could.
    """
    if plan.footing is Footing.CONFIRMED and not all(
        one.endswith(IDENTIFIES) and (one in possible or one in shown) for one in plan.elements
    ):
        return None
    if plan.missing:
        return Standing.AWAITED
    unshown = {one for one, value in plan.said.items() if normal(value) not in shown.get(one, ())}
    if plan.footing is not Footing.CONFIRMED or not unshown:
        return Standing.UNDER_WAY
    return Standing.CONFIRMING if unshown <= set(coming) else Standing.UNCONFIRMED


def normal(value: object) -> str:
    """Return a value as it is compared: people write small letters and spaces about."""
    return str(value).strip().upper()


def _own(element: str, name: str, who: Who) -> str:
    """Return the applicant's own number where a parameter is one; empty for anything else."""
    if element.endswith(CREDIT_CODE) or name.endswith(CREDIT_CODE):
        return who.credit_code
    if name.startswith(OWNERS):
        return who.number or who.credit_code
    if not (element.endswith(NUMBER) or name.endswith(NUMBER)):
        return ""
    if element.startswith("child-") and who.is_minor:
        return who.number
    if element.startswith(OTHERS) or name.startswith(OTHERS):
        return ""
    if element.startswith(OF_MOTHER):
        return who.number if who.sex == FEMALE else ""
    if element.startswith(OF_FATHER):
        return who.number if who.sex == MALE else ""
    return who.number


def is_minor(birth_on: dt.date | None, on: dt.date) -> bool:
    """Return whether somebody is not of age yet (民法典 17)."""
    if birth_on is None:
        return False
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day)) < OF_AGE


@law("obtained-answer-is-about-applicant", basis="个人信息保护法 8", says="An answer that is about somebody else, or no longer "
     "holds, is not used: the paper is asked for instead")  # fmt: skip
def judged(
    status: int,
    rows: Sequence[Mapping[str, object]],
    parameters: Mapping[str, str],
    on: dt.date,
    whose: Mapping[str, str] = NOTHING,
) -> Said:
    """Return what an answer comes to on a day. One about somebody else is no answer: the provider is asked again.

    Where it is asked by what the form says, ``whose`` is the field that says whose a record is and the applicant's number:
    records of others are then as if they were not there, so that nobody learns by trying whether somebody has one.
    """
    rows = [row for row in rows if all(normal(row.get(one, "")) == normal(own) for one, own in whose.items())]
    if status in (MISSING, GONE) or (status == OK and not rows):
        return Said(State.NOT_FOUND)
    if status != OK:
        return Said(State.WANTED, problem=f"status-{status}")
    if len(rows) > MOST_ROWS:
        return Said(State.WANTED, problem="too-much")
    if any(not _is_about(row, parameters) for row in rows):
        return Said(State.WANTED, problem="about-somebody-else")
    good = tuple(row for row in rows if _holds(row, on))
    if not good:
        return Said(State.NOT_FOUND, problem="over")
    days = [day for row in good if (day := _last_day(row)) is not None]
    return Said(State.OBTAINED, good, min(days, default=None))


def _is_about(row: Mapping[str, object], parameters: Mapping[str, str]) -> bool:
    return all(str(row[name]).upper() == value.upper() for name, value in parameters.items() if name in row)


def _holds(row: Mapping[str, object], on: dt.date) -> bool:
    last = _last_day(row)
    return (last is None or last >= on) and not any(str(row.get(name, "")) in ENDED for name in STATUS)


def _last_day(row: Mapping[str, object]) -> dt.date | None:
    for name in VALID_UNTIL:
        try:
            return dt.date.fromisoformat(str(row[name])[:10])
        except (KeyError, ValueError):
            continue
    return None


def next_try(attempts: int, at: dt.datetime) -> dt.datetime | None:
    """Return when to ask again after so many attempts; None when it is not worth it any more."""
    return at + dt.timedelta(seconds=PAUSES[attempts - 1]) if attempts <= len(PAUSES) else None


def evidence_of(
    found: Sequence[tuple[Standing, Want]], asked_by: Sequence[str], named: Sequence[str]
) -> Evidence | None:
    """Return what is known for one paper, the best of what its departments have said or can be asked.

    Args: ``asked_by`` are the data elements of the form that any of them is asked by, ``named`` those that it waits for, by name.
    """
    for standing in BEST_FIRST:
        want = next((one for known, one in found if known is standing), None)
        if want is not None:
            return Evidence(
                Kind.DATA_SHARING, "exchange", str(want.exchange or want.grant), want.resource_name,
                valid_until=want.valid_until, standing=standing,
                provenance=Provenance(
                    want.department, want.fields, want.exchange, want.asked_at, tuple(asked_by), tuple(named),
                ),
            )  # fmt: skip
    return None

"""Whom to ask and by what, what an answer comes to, when to ask again. Pure: the same facts, the same answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from tongban.kernel.law import law
from tongban.services.exemptions.types import Evidence, Kind, Provenance, Standing
from tongban.services.obtaining.types import Said, State, Want

OF_AGE = 18
"""Years: 民法典 17."""
NUMBER, CREDIT_CODE = "id-number", "credit-code"
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
OK, MISSING, GONE = 200, 404, 410


def asked_by(
    parameters: Sequence[str],
    keys: Mapping[str, str],
    *,
    number: str,
    credit_code: str,
    is_minor: bool,
    sex: str,
) -> dict[str, str] | None:
    """Return the parameters that name the applicant; None where the service can not be asked about them.

    ``keys`` says which data element a parameter is, so that nobody is asked about the wrong person.
    """
    found = {
        name: _value(keys.get(name) or name, name, number, credit_code, is_minor, sex) for name in parameters
    }
    return found if found and all(found.values()) else None


def _value(element: str, name: str, number: str, credit_code: str, is_minor: bool, sex: str) -> str:
    if element.endswith(CREDIT_CODE) or name.endswith(CREDIT_CODE):
        return credit_code
    if name.startswith(OWNERS):
        return number or credit_code
    if not (element.endswith(NUMBER) or name.endswith(NUMBER)):
        return ""
    if element.startswith("child-") and is_minor:
        return number
    if element.startswith(OTHERS) or name.startswith(OTHERS):
        return ""
    if element.startswith(OF_MOTHER):
        return number if sex == FEMALE else ""
    if element.startswith(OF_FATHER):
        return number if sex == MALE else ""
    return number


def is_minor(birth_on: dt.date | None, on: dt.date) -> bool:
    """Return whether somebody is not of age yet (民法典 17)."""
    if birth_on is None:
        return False
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day)) < OF_AGE


@law("obtained-answer-is-about-applicant", basis="个人信息保护法 8", says="An answer that is about somebody else, or no longer "
     "holds, is not used: the paper is asked for instead")  # fmt: skip
def judged(
    status: int, rows: Sequence[Mapping[str, object]], parameters: Mapping[str, str], on: dt.date
) -> Said:
    """Return what an answer comes to on a day. One about somebody else is no answer: the provider is asked again."""
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


def evidence_of(wants: Sequence[Want], waiting: Sequence[Want]) -> Evidence | None:
    """Return what is known for one paper; ``waiting`` are those that could be asked and were not yet.

    One that was found is enough; while one is still being asked nobody needs to bring anything.
    """
    for state, standing in (
        (State.OBTAINED, Standing.FOUND),
        (State.WANTED, Standing.UNDER_WAY),
        (State.NO_ANSWER, Standing.NO_ANSWER),
        (State.NOT_FOUND, Standing.NOT_FOUND),
    ):
        found = next((one for one in (*wants, *waiting) if one.state is state), None)
        if found is not None:
            return _evidence(found, standing)
    return None


def _evidence(want: Want, standing: Standing) -> Evidence:
    return Evidence(
        Kind.DATA_SHARING, "exchange", str(want.exchange or want.grant), want.resource_name,
        valid_until=want.valid_until, standing=standing,
        provenance=Provenance(want.department, want.fields, want.exchange, want.asked_at),
    )  # fmt: skip

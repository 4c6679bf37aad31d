"""What a member of staff can do to a licence now, as buttons."""

from __future__ import annotations

from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import Failure
from tongban.services.licences.rules import life_cycle
from tongban.services.licences.standing import roles_in
from tongban.services.licences.types import Act, Choice, Licence, Role


def choices_of(licence: Licence, access: StaffAccess) -> tuple[Choice, ...]:
    """Return the acts that the licence's state knows, each possible or with the sentence that says why not."""
    roles = roles_in(access, licence.department, licence.district)
    return tuple(_choice(licence, act, roles) for act in Act if life_cycle.can(licence.state, act))


def _choice(licence: Licence, act: Act, roles: frozenset[Role]) -> Choice:
    try:
        life_cycle.check(licence.state, act, roles)
    except Failure as failure:
        return Choice(act, False, failure.sentence, failure.values)
    return Choice(act, True)

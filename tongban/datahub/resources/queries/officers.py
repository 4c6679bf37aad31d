"""Who speaks for a department where data is concerned."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.resources.access import access_of
from tongban.datahub.resources.rules import life_cycle
from tongban.datahub.resources.types import Office
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.types import Actor


def check_acts_for(by: Actor, department: str, at: dt.datetime) -> None:
    """Raise NotAllowed unless somebody is the data officer of a department or of the authority, or the program."""
    life_cycle.check_acts_for(access_of(by, at), department)


def office_of(access: StaffAccess) -> Office:
    """Return for which departments somebody is the data officer, and whether they speak for the data authority."""
    return life_cycle.office_of(access)


def acts_for(access: StaffAccess, department: str) -> bool:
    """Return whether somebody is the data officer of a department, or of the data authority."""
    return life_cycle.acts_for(access, department)


def check_is_authority(by: Actor, at: dt.datetime) -> None:
    """Raise NotAllowed unless somebody speaks for the data authority, or is the program."""
    life_cycle.check_is_authority(access_of(by, at))


def check_supervises(by: Actor, department: str, at: dt.datetime) -> None:
    """Raise NotAllowed unless somebody supervises, and not their own department."""
    life_cycle.check_supervises(access_of(by, at), department)

"""Who speaks for a department where data is concerned."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.resources.access import access_of
from tongban.datahub.resources.rules import life_cycle
from tongban.kernel.types import Actor


def check_acts_for(by: Actor, department: str, at: dt.datetime) -> None:
    """Raise NotAllowed unless somebody is the data officer of a department or of the authority, or the program."""
    life_cycle.check_acts_for(access_of(by, at), department)

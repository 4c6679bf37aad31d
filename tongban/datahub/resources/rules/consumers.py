"""Which subsystem asks for a department. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.datahub.resources.types import System
from tongban.kernel.errors import N_, Invalid, NotAllowed

CASES = "cases"
"""The subsystem in which a department handles applications, where it has registered none of its own."""

OF_DISTRICTS = "district-"
"""The codes of departments that each district has begin so; the one of a district begins with the district's."""


def consumer_of(
    department: str, wanted: str, systems: Iterable[System], districts: Iterable[str] = ()
) -> str:
    """Return the subsystem that asks for a department: the one wanted, if it is its own; else the one of its cases.

    What the law lets ``district-X`` ask, ``pudong-X`` at Pudong's node may ask. Raise NotAllowed for another
    department's, Invalid where no instance is known yet.
    """
    systems = tuple(systems)
    if not systems:
        raise Invalid("data-no-instance", N_("目录里还没有信息系统，无法确定由哪个子系统调用。"))
    of_cases = f"{systems[0].subsystem.split('/')[0]}/GOV/{department}/{CASES}"
    own = [system.subsystem for system in systems if system.department == department]
    if department.startswith(OF_DISTRICTS) and wanted.split("/")[2:3]:
        kind, member = department.removeprefix(OF_DISTRICTS), wanted.split("/")[2]
        own += [wanted for district in districts if member == f"{district}-{kind}"]
    if wanted and wanted not in (*own, of_cases):
        raise NotAllowed(
            "data-subsystem-of-another", N_("子系统 {subsystem} 不是本部门的。"), subsystem=wanted
        )
    return wanted or of_cases


def district_member(department: str, consumer: str) -> str:
    """Return which district's office asks, for a department that each district has; empty for any other department."""
    member = consumer.split("/")[2] if consumer else ""
    return member if department.startswith(OF_DISTRICTS) and member != department else ""

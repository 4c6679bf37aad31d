"""What the invented people and companies own that is asked for by a number of its own: a car, a building project.

The numbers are made of the owners' own, so that they are the same every time; no real car and no real project has them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

from tongban.foundation.identity.queries import Population

VIN, PROJECT, ADDRESS = "vin", "project-code", "address"
SIGNS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
"""Of which a vehicle identification number is made: no I, O and Q (GB 16735)."""
VIN_BEGINS, VIN_LENGTH = "L0Y", 17
PROJECT_BEGINS = "2026-310199-47-03-"
"""Year, area (one that no place has), branch and kind of a unified project code; six digits follow."""


def vin_of(number: str) -> str:
    """Return the identification number of the car that a person or a company has bought."""
    rest = _spread(f"vin:{number}")
    signs: list[str] = []
    while len(signs) < VIN_LENGTH - len(VIN_BEGINS):
        rest, sign = divmod(rest, len(SIGNS))
        signs.append(SIGNS[sign])
    return VIN_BEGINS + "".join(signs)


def is_imported(number: str) -> bool:
    """Return whether their car was made abroad."""
    return _spread(f"imported:{number}") % 4 == 0


def project_of(credit_code: str) -> str:
    """Return the unified code of the building project of a company."""
    return f"{PROJECT_BEGINS}{_spread(f'project:{credit_code}') % 1_000_000:06}"


def _spread(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


NUMBERED: Mapping[str, Callable[[str], str]] = {VIN: vin_of, PROJECT: project_of}


def everything(name: str, population: Population) -> Iterator[tuple[str, str]]:
    """Yield (its own number or place, its owner's number) of all that there is of a kind; only companies build."""
    people = [] if name == PROJECT else [(one.number, one.address) for one in population.citizens.values()]
    owners = [*((one.credit_code, one.address) for one in population.firms.values()), *people]
    for number, address in owners:
        yield (address if name == ADDRESS else NUMBERED[name](number)), number


def owner_of(name: str, value: str, population: Population) -> str:
    """Return whose a thing is, by their own number; empty where there is no such thing."""
    wanted = value.strip().upper()
    return next((owner for one, owner in everything(name, population) if one.upper() == wanted), "")

"""The register of public institutions, as this node knows them: the departments of its city, by their official name."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.datahub.exchange.types import Asked, Row
from tongban.foundation.government import queries as government

NAME = "public-institutions"
IN_FORCE = "1"


def ask(asked: Asked) -> Sequence[Row]:
    """Return the institution of the name that was asked, if there is one."""
    found = government.find_department(asked.parameters["name"])
    if found is None:
        return ()
    code = found.credit_code
    return ({"credit-code": code, "name": found.name, "kind": found.nature, "status": IN_FORCE},)

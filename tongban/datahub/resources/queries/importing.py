"""What a list that a department keeps in a table says: for whoever reads the table."""

from tongban.datahub.resources.rules.cataloguing import judge as judge_resource
from tongban.datahub.resources.rules.cells import letter
from tongban.datahub.resources.rules.importing import (
    COLUMNS,
    REASONS,
    Around,
    Fault,
    judge,
    missing,
    place,
    several,
)

__all__ = [
    "COLUMNS",
    "REASONS",
    "Around",
    "Fault",
    "judge",
    "judge_resource",
    "letter",
    "missing",
    "place",
    "several",
]

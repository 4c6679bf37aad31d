"""The form of a locked case: read, and written with its next version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.foundation.statements import operations as writing
from tongban.foundation.statements import queries as statements
from tongban.services.cases import models, sealing, unsealing
from tongban.services.cases.types import Asked, FieldValue, FormField


def locked_form(row: models.Case) -> tuple[models.Form, dict[str, FieldValue]]:
    """Return the form of a locked case and what is in it."""
    kept = statements.fetch_one(models.Form, "WHERE case_id = %s", [row.id])
    if kept is None:
        raise models.Form.DoesNotExist(row.id)
    return kept, unsealing.open_fields(kept.document)


def write_form(kept: models.Form, fields: Mapping[str, FieldValue], at: datetime) -> None:
    """Write the form with its next version: one statement, however many fields."""
    writing.run_together([form_written(kept, fields, at)])


def form_written(kept: models.Form, fields: Mapping[str, FieldValue], at: datetime) -> writing.Part:
    """Give the form its next version and return what writes it, as a part of a statement."""
    kept.version, kept.document, kept.saved_at = kept.version + 1, sealing.seal_fields(fields), at
    return writing.updating(kept, ("version", "document", "saved_at"))


def form_of(row: models.Case) -> tuple[FormField, ...]:
    """Return the fields that the case's form has."""
    return tuple(FormField(code, tuple(items), Asked(asked)) for code, items, asked in row.form)

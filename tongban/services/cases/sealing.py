"""How names and forms are kept: sealed by ``trust``, one document a form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tongban.foundation.trust import operations as trust
from tongban.kernel.digests import digest_of
from tongban.services.cases.types import FieldValue
from tongban.services.cases.unsealing import FORM, NAME, TEXT


def seal_text(text: str) -> bytes:
    """Return a text as it is kept."""
    return trust.encrypt(TEXT, text.encode())


def seal_name(name: str) -> bytes:
    """Return an applicant's name as it is kept."""
    return trust.encrypt(NAME, name.encode())


def seal_fields(fields: Mapping[str, FieldValue]) -> bytes:
    """Return the form as it is kept: value, source, disputed, version of each field."""
    plain = {code: [one.value, one.source, int(one.disputed), one.version] for code, one in fields.items()}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return trust.encrypt(FORM, text.encode())


def facts_digest(
    fields: Mapping[str, FieldValue], materials: list[list[Any]], versions: Mapping[str, int]
) -> str:
    """Return the digest of what a decision could see: the form, the papers, the versions of the items."""
    values = {code: [one.value, one.source] for code, one in fields.items()}
    return digest_of([values, materials, dict(versions)])

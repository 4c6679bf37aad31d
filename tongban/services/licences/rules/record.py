"""What is signed of a licence: one canonical text, from which the signature can be checked years later."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from tongban.kernel.types import Subject
from tongban.services.licences.types import Line


def canonical(
    *, identifier: str, number: str, name: str, type: str, issuer_code: str, holder: Subject, holder_name: str,
    issued_on: dt.date, valid_from: dt.date, valid_until: dt.date | None, validity: str, face: Sequence[Line],
    parts: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """Return the record of a licence as signed: JSON, sorted names, UTF-8, no spaces."""
    said = {
        "identifier": identifier, "number": number, "name": name, "type": type, "issuer": issuer_code,
        "holder": [holder.kind, holder.id, holder_name], "issued_on": issued_on.isoformat(),
        "valid_from": valid_from.isoformat(), "valid_until": valid_until and valid_until.isoformat(),
        "validity": validity, "face": [[line.label, line.value] for line in face], "parts": list(parts),
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

"""How names and faces are read again: decrypted by ``trust``."""

from __future__ import annotations

import json

from tongban.foundation.trust import queries as trusted
from tongban.services.licences.types import Line

NAME, FACE = "licences.name", "licences.face"


def open_name(blob: bytes | memoryview) -> str:
    """Return a holder's name."""
    return trusted.decrypt(NAME, bytes(blob)).decode()


def open_face(blob: bytes | memoryview) -> tuple[Line, ...]:
    """Return the lines of a face."""
    return tuple(Line(label, value) for label, value in json.loads(trusted.decrypt(FACE, bytes(blob))))

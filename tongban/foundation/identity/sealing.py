"""How identity's columns are encrypted: written here, read in ``unsealing``."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tongban.foundation.trust import operations as trust


def seal(purpose: str, values: Mapping[str, object]) -> bytes:
    """Return the values encrypted for one purpose."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return trust.encrypt(purpose, text.encode())

"""One digest for one content, whatever order its names were written in."""

from __future__ import annotations

import hashlib
import json


def digest_of(document: object) -> str:
    """Return the SHA-256 of a document in its canonical form: sorted names, UTF-8, no spaces."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

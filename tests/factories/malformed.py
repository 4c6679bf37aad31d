"""What is wrong in JSON, in every place of it: members that are missing, values of another kind, too large, not to be kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

WRONG: dict[str, Any] = {
    "null": None, "true": True, "minus": -1, "huge": 2**70, "part": 0.5, "empty": "", "zero": "a\0b", "half": "a\ud800",
    "long": "x" * 400_000, "list": [], "object": {}, "day": "2026-02-30", "naive": "2026-11-22T10:00:00",
    "far": "9999-12-31T23:59:59-12:00", "early": "0001-01-01T00:00:00+12:00", "hex": "zz" * 32, "deep": json.loads("[" * 90 + "]" * 90),
}  # fmt: skip
BODIES = {
    "nothing": b"", "no text": b"\xff\xfe{}", "no JSON": b"{", "null": b"null", "list": b"[]", "text": b'"x"', "number": b"1",
    "nested": b"[" * 100_000, "nested objects": b'{"a":' * 50_000, "not a number": b'{"since": NaN}',
    "digits": b'{"since": ' + b"9" * 5000 + b"}", "infinity": b'{"since": 1e999}',
}  # fmt: skip


def everywhere(said: Any) -> Iterator[tuple[str, Any]]:
    """Yield a name and the JSON for each member that is left out, and each value that is replaced by each wrong one."""
    for name, wrong in WRONG.items():
        yield name, wrong
    if isinstance(said, dict):
        for member in said:
            yield f"-{member}", {name: one for name, one in said.items() if name != member}
            for name, one in everywhere(said[member]):
                yield f"{member}.{name}", said | {member: one}
    elif isinstance(said, list):
        for place, value in enumerate(said):
            yield f"-{place}", said[:place] + said[place + 1 :]
            for name, one in everywhere(value):
                yield f"{place}.{name}", [*said[:place], one, *said[place + 1 :]]

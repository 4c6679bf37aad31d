"""What of a holder's name a stranger may see."""

from __future__ import annotations

SHORT, TAIL = 4, 4


def mask(kind: str, name: str) -> str:
    """Return a person's name with only the last sign, a company's with its middle hidden.

    Companies' names are public in the register; here they are shown as far as needed to compare with the paper.
    """
    if kind == "person":
        return "*" * max(1, len(name) - 1) + name[-1:] if len(name) > 1 else "*"
    if len(name) <= SHORT + TAIL:
        return name[:2] + "*" * max(1, len(name) - 4) + name[-2:] if len(name) > 4 else name[:1] + "***"
    return name[:SHORT] + "*" * (len(name) - SHORT - TAIL) + name[-TAIL:]

"""A name that is safe to show and to save under, from whatever a browser sent."""

from __future__ import annotations

import re
import unicodedata

from tongban.foundation.documents.types import LONGEST_NAME, Kind

# Control signs, and those that turn the direction of writing (“gpj.exe” shown as “exe.jpg”).
UNWELCOME = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FORBIDDEN = re.compile(r'[<>:"|?*]')
UNNAMED = "文件"


def safe_name(name: str, kind: Kind) -> str:
    """Return the last part of the name, cleaned, with the ending that belongs to the content."""
    last = re.split(r"[/\\]", name)[-1]
    last = "".join(
        sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) not in UNWELCOME
    )
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", " ".join(FORBIDDEN.sub(" ", last).split()))
    stem = stem.strip(". ")[: LONGEST_NAME - len(kind.extension) - 1].strip(". ")
    return f"{stem or UNNAMED}.{kind.extension}"

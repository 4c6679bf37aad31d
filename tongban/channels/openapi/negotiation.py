"""What the caller would like: a language, a type of answer. Read from headers, never refused for a language."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest

from tongban.channels.ui.pages import reader_of

LONGEST = 1000
"""Characters of a header that are looked at."""
TAGS = {"zh": "zh-CN", "en": "en"}


def language_of(request: HttpRequest) -> str:
    """Return ``zh`` or ``en``: what Accept-Language likes best, else the language of the address."""
    likes = sorted(_weighed(request.headers.get("Accept-Language", "")), key=lambda one: -one[1])
    for wanted, weight in likes:
        name = wanted.partition("-")[0]
        if weight > 0 and name in TAGS:
            return name
    return reader_of(request).language


def accepts(header: str, kind: str) -> bool:
    """Return whether an Accept header takes this media type (RFC 9110, 12.5.1); no header takes all."""
    if not header.strip():
        return True
    family = kind.partition("/")[0]
    weights = dict(_weighed(header))
    for named in (kind, f"{family}/*", "*/*"):
        if named in weights:
            return weights[named] > 0
    return False


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    """Yield what a list with weights names, e.g. ``en;q=0.5`` as (``en``, 0.5); a weight that is no number is 1."""
    for part in header[:LONGEST].lower().split(","):
        name, *parameters = (text.strip() for text in part.split(";"))
        weight = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        if name:
            yield name, float(weight) if weight.replace(".", "", 1).isdecimal() else 1.0

"""The signature base: the text that is signed (RFC 9421 2.5). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from urllib.parse import parse_qsl, quote

from tongban.foundation.http_signatures.errors import ComponentUnknown, HeaderNotClean
from tongban.foundation.http_signatures.types import Message

PORTS = {"http": ":80", "https": ":443"}
UNCLEAN = re.compile(r"[^\t\x20-\x7e]")
"""Line breaks and other controls would let one line of the base pass for two; beyond ASCII, readers differ."""
QUERY_PARAMETER = re.compile(r'"@query-param";name="([ !#-\[\]-~]*)"')


def signature_base(message: Message, components: Sequence[str], parameters: str) -> bytes:
    """Return the base; raise ComponentUnknown for what the message has not, HeaderNotClean for what is no header."""
    parts, headers = _parts(tuple(components), of_answer=message.status is not None), message.headers
    try:
        lines = [
            begin + (read(message) if read else headers[name].strip(" \t")) for begin, name, read in parts
        ]
    except KeyError as missing:
        raise ComponentUnknown(missing.args[0]) from None
    if not _is_clean("".join(lines)):
        raise HeaderNotClean(
            next(name for name, one in zip(components, lines, strict=True) if not _is_clean(one))
        )
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("ascii")


def _is_clean(text: str) -> bool:
    # A tab is allowed and no printable sign; to look at each sign by the expression takes twenty times as long.
    return text.isascii() and (text.isprintable() or UNCLEAN.search(text) is None)


Part = tuple[str, str, Callable[[Message], str] | None]
"""How a component's line begins, and the header it says, or what reads it where it is none."""


@lru_cache(maxsize=1000)
def _parts(components: tuple[str, ...], *, of_answer: bool) -> tuple[Part, ...]:
    """Return how each component is read; a sender's messages are alike, so it is remembered."""
    if len(set(components)) != len(components):
        raise ComponentUnknown(next(one for one in components if components.count(one) > 1))
    return tuple(_part(component, of_answer=of_answer) for component in components)


def _part(component: str, *, of_answer: bool) -> Part:
    """Return how one component is read, named as it stands in the base, quotes included."""
    begin = f"{component}: "
    if component[1] != "@" and component[-1] == '"':
        return begin, component[1:-1], None
    if of_answer != (component == '"@status"'):
        raise ComponentUnknown(component)
    return begin, "", DERIVED.get(component) or partial(_query_parameter, component)


def authority(message: Message) -> str:
    """Return host and port in lower case, without the port that the scheme has anyway (RFC 9421 2.2.3)."""
    return message.authority.lower().removesuffix(PORTS.get(message.scheme, ":"))


def _target(message: Message) -> str:
    return f"{message.path or '/'}?{message.query}" if message.query else message.path or "/"


def _query_parameter(component: str, message: Message) -> str:
    """Return the one value of a parameter of the query, encoded anew (RFC 9421 2.2.8)."""
    asked = QUERY_PARAMETER.fullmatch(component)
    if not asked:
        raise ComponentUnknown(component)
    pairs = parse_qsl(message.query, keep_blank_values=True)
    values = [value for name, value in pairs if quote(name, safe="*-._") == asked[1]]
    if len(values) != 1:
        raise ComponentUnknown(component)
    return quote(values[0], safe="*-._")


DERIVED: dict[str, Callable[[Message], str]] = {
    '"@method"': lambda message: message.method,
    '"@path"': lambda message: message.path or "/",
    '"@query"': lambda message: f"?{message.query}",
    '"@authority"': authority,
    '"@scheme"': lambda message: message.scheme,
    '"@request-target"': _target,
    '"@target-uri"': lambda message: f"{message.scheme}://{authority(message)}{_target(message)}",
    '"@status"': lambda message: str(message.status),
}

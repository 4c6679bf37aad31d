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
    readers = _readers(tuple(components), of_answer=message.status is not None)
    values = [read(message) for read in readers]
    if not _is_clean("".join(values)):
        raise HeaderNotClean(
            next(name for name, one in zip(components, values, strict=True) if not _is_clean(one))
        )
    lines = [f"{component}: {value}" for component, value in zip(components, values, strict=True)]
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("ascii")


def _is_clean(text: str) -> bool:
    # A tab is allowed and no printable sign; to look at each sign by the expression takes twenty times as long.
    return text.isascii() and (text.isprintable() or UNCLEAN.search(text) is None)


Reader = Callable[[Message], str]


@lru_cache(maxsize=1000)
def _readers(components: tuple[str, ...], *, of_answer: bool) -> tuple[Reader, ...]:
    """Return what reads each component; a sender's messages are alike, so it is remembered."""
    if len(set(components)) != len(components):
        raise ComponentUnknown(next(one for one in components if components.count(one) > 1))
    return tuple(_reader(component, of_answer=of_answer) for component in components)


def _reader(component: str, *, of_answer: bool) -> Reader:
    """Return what reads one component, named as it stands in the base, quotes included."""
    if component[1] != "@" and component[-1] == '"':
        return partial(_header, component[1:-1])
    if of_answer != (component == '"@status"'):
        raise ComponentUnknown(component)
    return DERIVED.get(component) or partial(_query_parameter, component)


def _header(name: str, message: Message) -> str:
    value = message.headers.get(name)
    if value is None:
        raise ComponentUnknown(name)
    return value.strip(" \t")


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

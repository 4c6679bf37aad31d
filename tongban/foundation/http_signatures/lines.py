"""The signature base: the text that is signed (RFC 9421 2.5). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, quote

from tongban.foundation.http_signatures.errors import ComponentUnknown, HeaderNotClean
from tongban.foundation.http_signatures.types import Message

PORTS = {"http": ":80", "https": ":443"}
UNCLEAN = re.compile(r"[^\t\x20-\x7e]")
"""Line breaks and other controls would let one line of the base pass for two; beyond ASCII, readers differ."""
QUERY_PARAMETER = re.compile(r'"@query-param";name="([ !#-\[\]-~]*)"')


def signature_base(message: Message, components: Sequence[str], parameters: str) -> bytes:
    """Return the base; raise ComponentUnknown for what the message has not, HeaderNotClean for what is no header."""
    if len(set(components)) != len(components):
        raise ComponentUnknown(next(one for one in components if components.count(one) > 1))
    values = [value_of(message, component) for component in components]
    if UNCLEAN.search("".join(values)):
        raise HeaderNotClean(
            next(name for name, one in zip(components, values, strict=True) if UNCLEAN.search(one))
        )
    lines = [f"{component}: {value}" for component, value in zip(components, values, strict=True)]
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("ascii")


def value_of(message: Message, component: str) -> str:
    """Return the value of one component, named as it stands in the base, quotes included."""
    if component[1] == "@" or component[-1] != '"':
        return _derived(message, component)
    value = message.headers.get(component[1:-1])
    if value is None:
        raise ComponentUnknown(component[1:-1])
    return value.strip(" \t")


def authority(message: Message) -> str:
    """Return host and port in lower case, without the port that the scheme has anyway (RFC 9421 2.2.3)."""
    return message.authority.lower().removesuffix(PORTS.get(message.scheme, ":"))


def _derived(message: Message, component: str) -> str:
    if (message.status is None) == (component == '"@status"'):
        raise ComponentUnknown(component)
    of = DERIVED.get(component)
    return of(message) if of else _query_parameter(message, component)


def _target(message: Message) -> str:
    return f"{message.path or '/'}?{message.query}" if message.query else message.path or "/"


def _query_parameter(message: Message, component: str) -> str:
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

"""Reading the fields Signature-Input and Signature. Pure.

One signature is wanted, no more: with several, two readers might rely on different ones.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import http_sf

from tongban.foundation.http_signatures.errors import (
    NotOneSignature,
    ParameterMissing,
    SignatureMalformed,
    SignatureMissing,
)
from tongban.foundation.http_signatures.types import Signed

LABEL = r"([a-z*][a-z0-9_.*-]*)"
NAME = r'"[!#-\[\]-~]+"'
TEXT = r'"[ !#-\[\]-~]*"'
INPUT = re.compile(rf"{LABEL}=(\(({NAME}(?: {NAME})*)?\)((?:;[a-z]+=(?:0|[1-9]\d{{0,14}}|{TEXT}))*))")
VALUE = re.compile(rf"{LABEL}=:([A-Za-z0-9+/]*={{0,2}}):")
PARAMETER = re.compile(rf";([a-z]+)=(?:(\d+)|({TEXT}))")
PLACES = {
    "keyid": "key",
    "alg": "algorithm",
    "nonce": "nonce",
    "tag": "tag",
    "created": "created",
    "expires": "expires",
}
NUMBERS = ("created", "expires")
LONGEST = 4096
"""Of what is said of a signature: ten times what anybody needs. More would be read, and remembered, for nothing."""


def read(headers: Mapping[str, str]) -> Signed:
    """Return the one signature of a message; raise SignatureMissing, SignatureMalformed or NotOneSignature."""
    said, value = headers.get("signature-input"), headers.get("signature")
    if not said or not value:
        raise SignatureMissing
    if len(said) > LONGEST or len(value) > LONGEST:
        raise SignatureMalformed
    plain, signed = INPUT.fullmatch(said), VALUE.fullmatch(value)
    if not plain or not signed:
        return _read_any(said, value)
    if plain[1] != signed[1]:
        raise NotOneSignature
    found = PARAMETER.findall(plain[4])
    parameters = {name: int(number) if number else text[1:-1] for name, number, text in found}
    if len(parameters) != len(found):
        raise SignatureMalformed
    return _signed(plain[1], _components(plain[3]), plain[2], _decoded(signed[2]), parameters)


@lru_cache(maxsize=1000)
def _components(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(" ")) if text else ()


def _read_any(said: str, value: str) -> Signed:
    """Return the signature however RFC 9651 lets it be written; the base then has it in its canonical form."""
    inputs, values = _dictionary(said), _dictionary(value)
    if len(inputs) != 1 or inputs.keys() != values.keys():
        raise NotOneSignature
    ((label, member),) = inputs.items()
    content = values[label][0] if isinstance(values[label], tuple) else values[label]
    if not (isinstance(member, tuple) and isinstance(member[0], list) and isinstance(content, bytes)):
        raise SignatureMalformed
    items, parameters = member
    if not all(isinstance(name, str) and not isinstance(name, http_sf.Token) for name, _ in items):
        raise SignatureMalformed
    components = tuple(http_sf.ser(item) for item in items)
    return _signed(label, components, http_sf.ser([member]), content, dict(parameters))


def _dictionary(field: str) -> dict[str, Any]:
    def refuse(_name: str, _where: str) -> None:
        raise NotOneSignature

    try:
        read: Any = http_sf.parse(field.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse)
    except (http_sf.StructuredFieldError, UnicodeEncodeError):
        raise SignatureMalformed from None
    return dict(read)


def _signed(
    label: str, components: tuple[str, ...], parameters: str, value: bytes, said: Mapping[str, object]
) -> Signed:
    signed = Signed(label, components, parameters, value)
    for name, one in said.items():
        place = PLACES.get(name)
        if place is None:
            continue
        # A token is no text, True is no number: what is said has to be of its type (RFC 9421 2.3).
        if type(one) is not (int if place in NUMBERS else str):
            raise ParameterMissing(place)
        setattr(signed, place, one)
    return signed


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise SignatureMalformed from None

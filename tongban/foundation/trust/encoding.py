"""Writing DER (X.690): the few forms that signatures and time stamps need, as bytes.

asn1crypto reads whatever others wrote and writes what is written once. A signature is written on every licence, and
there its way through objects took four fifths of the time.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from asn1crypto import core

INTEGER, OCTETS, OID, TIME, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31


def element(tag: int, *parts: bytes) -> bytes:
    """Return one element: its tag, its length, its parts one after another."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of encoded parts."""
    return element(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF encoded parts, in the order that DER wants."""
    return element(SET, *sorted(parts))


def octets(data: bytes) -> bytes:
    """Return an OCTET STRING."""
    return element(OCTETS, data)


def integer(number: int) -> bytes:
    """Return an INTEGER from zero up."""
    return element(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


@lru_cache(maxsize=64)
def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded


def moment(at: dt.datetime) -> bytes:
    """Return a GeneralizedTime in whole seconds, UTC."""
    return element(TIME, at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%SZ").encode())


def explicit(number: int, part: bytes) -> bytes:
    """Return a part under a context tag of its own, constructed."""
    return element(0xA0 | number, part)

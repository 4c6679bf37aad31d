"""Accept-Signature: what signature the sender of a request wants on the answer (RFC 9421 5.1). Pure."""

from __future__ import annotations

from typing import Any

import http_sf

from tongban.foundation.http_signatures.errors import (
    ComponentUnknown,
    KeyUnknown,
    NotOneSignature,
    ParameterMissing,
    SignatureMalformed,
    WrongAlgorithm,
)
from tongban.foundation.http_signatures.fields import LONGEST
from tongban.foundation.http_signatures.rules import NONCE
from tongban.foundation.http_signatures.types import STATUS, Wish

TEXTS = ("keyid", "alg", "nonce", "tag")
MARKS = ("created", "expires")
LONGEST_TAG = 64


def read_wish(header: str) -> Wish:
    """Return the signature that an Accept-Signature header wants.

    Raises SignatureMalformed, NotOneSignature when several are wanted, ComponentUnknown for a part that only a request
    has or that is wanted by a parameter (``;req``, ``;sf``), ParameterMissing for a parameter that is not of its form.
    """
    if len(header) > LONGEST:
        raise SignatureMalformed
    try:
        read: Any = http_sf.parse(header.encode("ascii"), tltype="dictionary")
    except (http_sf.StructuredFieldError, UnicodeEncodeError):
        raise SignatureMalformed from None
    if len(read) != 1:
        raise NotOneSignature
    ((label, member),) = dict(read).items()
    if not (isinstance(member, tuple) and isinstance(member[0], list)):
        raise SignatureMalformed
    items, parameters = member
    texts = {name: _text(name, value) for name, value in dict(parameters).items() if name not in MARKS}
    return Wish(
        label=label,
        components=tuple(_component(name, said) for name, said in items),
        key=texts.get("keyid", ""),
        algorithm=texts.get("alg", ""),
        nonce=texts.get("nonce", ""),
        tag=texts.get("tag", ""),
    )


def check_wish(wish: Wish, *, key: str, algorithm: str) -> None:
    """Raise WrongAlgorithm or KeyUnknown unless the signer's key is the one that is wanted, if one is named."""
    if wish.algorithm not in ("", algorithm):
        raise WrongAlgorithm(wish.algorithm, algorithm)
    if wish.key not in ("", key):
        raise KeyUnknown(wish.key)


def _component(name: object, said: Any) -> str:
    if not isinstance(name, str) or isinstance(name, http_sf.Token):
        raise SignatureMalformed
    if said or (name.startswith("@") and name != STATUS) or name != name.lower():
        raise ComponentUnknown(name[:80])
    return name


def _text(name: str, value: object) -> str:
    is_text = isinstance(value, str) and not isinstance(value, http_sf.Token)
    if name not in TEXTS or not is_text or len(str(value)) > LONGEST_TAG:
        raise ParameterMissing(name[:80])
    if name == "nonce" and not NONCE.fullmatch(str(value)):
        raise ParameterMissing(name)
    return str(value)

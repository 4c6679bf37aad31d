"""The identifier of an electronic licence and its check character.

``1.2.156.3005.2.<type 21>.<issuer 18>.<serial>.<version 3>.<check>``: the type is the code of the body that defined
it (18) and a number there (3). GB/T 36904 was not read; the form was read in implementations, and real ones differ
from it (an issuer of six digits, check characters that do not match): those of others are flagged, never refused.
"""

from __future__ import annotations

import re

from tongban.kernel.errors import N_, Invalid
from tongban.kernel.law import law
from tongban.services.licences.types import Identifier

ROOT = "1.2.156.3005.2"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FORM = re.compile(
    rf"{re.escape(ROOT)}\.([0-9A-Z]{{18}})([0-9A-Z]{{3}})\.([0-9A-Z]{{6,18}})\.([0-9A-Z]{{1,40}})\.([0-9A-Z]{{3}})\.([0-9A-Z])"
)
WRONG_CHECK, SHORT_ISSUER = "wrong-check", "issuer-is-an-area"
FLAG_WORDS = {
    WRONG_CHECK: N_("校验位与前面的内容不符"),
    SHORT_ISSUER: N_("颁发机构写的是区划代码，不是统一社会信用代码"),
}


@law("licence-identifier-check", basis="GB/T 36904（按实现）",
     says="The identifier of a licence ends with a check character, ISO 7064 MOD 37,36")  # fmt: skip
def check_character(text: str) -> str:
    """Return the check character (ISO 7064 hybrid MOD 37,36) of digits and capital letters."""
    product = 36
    for character in text:
        total = (product + ALPHABET.index(character)) % 36 or 36
        product = 2 * total % 37
    return ALPHABET[(37 - product) % 36]


def make(*, body: str, type_number: int, issuer: str, serial: str, version: int) -> str:
    """Return an identifier of our own."""
    parts = (f"{body}{type_number:03}", issuer, serial, f"{version:03}")
    made = ".".join((ROOT, *parts, check_character("".join(parts))))
    if len(issuer) != 18 or not FORM.fullmatch(made):
        raise ValueError(f"no identifier: {made}")
    return made


def read(text: str) -> Identifier:
    """Return the parts of an identifier, with what is odd about it; raise Invalid where it is none at all."""
    found = FORM.fullmatch(tidy(text))
    if found is None:
        raise Invalid("licence-identifier-form", N_("“{text}”不是电子证照标识。"), text=text[:120])
    body, type_number, issuer, serial, version, check = found.groups()
    flags = []
    if check_character(body + type_number + issuer + serial + version) != check:
        flags.append(WRONG_CHECK)
    if len(issuer) != 18:
        flags.append(SHORT_ISSUER)
    return Identifier(body, type_number, issuer, serial, version, check, tuple(flags))


def is_identifier(text: str) -> bool:
    """Return whether a text has the form of an identifier, whatever its check character."""
    return FORM.fullmatch(tidy(text)) is not None


def tidy(text: str) -> str:
    """Return what a person typed as it would stand on a licence."""
    return "".join(text.split()).upper()

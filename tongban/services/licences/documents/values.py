"""What each kind of paper has to be given."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from tongban.kernel.errors import N_, Invalid
from tongban.services.licences.types import Kind

LETTER = ("number", "to", "issuer", "date", "body")
"""Texts: document number, whom it is to, who writes, the date in words; ``body`` is a list of paragraphs."""
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.LICENCE: ("title", "number", "identifier", "code", "link", "issuer", "date", "holder", "lines"),
    Kind.RECEIPT: ("number", "code", "to", "service", "received", "issuer", "date", "materials"),
    Kind.ACCEPTANCE: (*LETTER, "service"),
    Kind.NOTICE: (*LETTER, "service", "demands"),
    Kind.DECISION: (*LETTER, "service"),
    Kind.REFUSAL: (*LETTER, "service", "reasons", "remedies"),
}
LISTS = frozenset({"body", "lines", "materials", "demands", "reasons", "remedies", "parts"})


def check_values(kind: Kind, values: Mapping[str, object]) -> None:
    """Raise Invalid where something that the paper must say is missing or empty, or a list is none.

    A refusal without reasons or without remedies is no document (行政许可法 38).
    """
    missing = [name for name in NEEDED[kind] if not values.get(name) and name != "materials"]
    wrong = [name for name in LISTS & set(values) if not isinstance(values[name], list | tuple)]
    if missing or wrong:
        raise Invalid(
            "licence-paper-values", N_("文书“{kind}”缺少内容：{missing}"),
            kind=kind.value, missing="、".join([*missing, *wrong]),
        )  # fmt: skip


UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})
"""Controls, marks that turn the direction of writing, halves of signs: nothing that can be printed."""


def clean(value: Any) -> Any:
    """Return values without signs that can not be printed; line ends become spaces."""
    if isinstance(value, str):
        plain = value.replace("\n", " ").replace("\t", " ").replace("\r", " ")
        return "".join(sign for sign in plain if unicodedata.category(sign) not in UNSEEN)
    if isinstance(value, Mapping):
        return {str(name): clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    return value if isinstance(value, int | float | bool) or value is None else str(value)

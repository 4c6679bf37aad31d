"""How a record becomes a digest: the entry of the tree. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Mapping

from tongban.foundation.ledger.errors import KeptLonger, LawMissing
from tongban.foundation.ledger.types import Opening
from tongban.kernel.law import law, names_article
from tongban.kernel.types import Actor, Subject

CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
DATA_SUBJECTS = frozenset({"person", "company", "account"})
"""Kinds whose ids are not written down: a sole trader is a company, and an account is a person's."""
PSEUDONYM = re.compile(r"[0-9a-f]{64}")
PURGED = {"purged": True}
"""What stands for the detail of a record whose words were taken out."""
YEARS = 3


@law(
    "ledger-kept-three-years",
    basis="个人信息保护法 56；网络安全法 21",
    says="Records of acts are kept whole for three years at least; only then may their words go, by a law that is named",
)
def check_may_purge(recorded: dt.datetime, law: str, at: dt.datetime) -> None:
    """Raise KeptLonger when what was recorded is younger than three years, LawMissing when no law and article are named."""
    if not names_article(law):
        raise LawMissing
    if recorded >= kept_until(at):
        raise KeptLonger(kept_until(at).date())


def kept_until(at: dt.datetime) -> dt.datetime:
    """Return the moment three years before; of the 29th of February the 28th."""
    try:
        return at.replace(year=at.year - YEARS)
    except ValueError:
        return at.replace(year=at.year - YEARS, day=28)


def is_pseudonym(id: str) -> bool:
    """Return whether this is a pseudonym already: none of our ids has its form."""
    return PSEUDONYM.fullmatch(id) is not None


def keyed(kind: str, id: str) -> bytes:
    """Return what the key is used on: the kind, too, so that nobody is called the same as two."""
    return f"{kind}|{id}".encode()


@law(
    "ledger-subjects-hidden",
    basis="个人信息保护法 51",
    says="Persons, companies and their accounts stand on the ledger under a keyed hash that only their own opening explains",
)
def pseudonym(opening: Opening) -> str:
    """Return by what the ledger calls a data subject: 64 hexadecimal signs; whoever has the opening can compute it.

    SHA-256 of kind, id and an HMAC-SHA-256 of both under a key of the installation. Who sees an opening knows one pseudonym and
    nothing of the key.
    """
    return hashlib.sha256(f"{opening.kind}|{opening.id}|{opening.value}".encode()).hexdigest()


def digest(
    id: uuid.UUID, at: dt.datetime, by: Actor, act: str, subject: Subject, detail: Mapping[str, object]
) -> bytes:
    """Return the SHA-256 of a record in canonical JSON (sorted keys, UTF-8, moments in UTC)."""
    fields = [
        str(id),
        at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        [by.kind, by.id, by.name],
        act,
        [subject.kind, subject.id],
        detail,
    ]
    return hashlib.sha256(CANONICAL.encode(fields).encode()).digest()

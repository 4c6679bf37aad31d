"""A seal as it is used: the certificate that holds now, its body's name and who stamps the time, in one statement."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import boxes
from tongban.foundation.trust.certificates import authority
from tongban.foundation.trust.certificates.authority import Official
from tongban.foundation.trust.errors import NoSuchSeal, SealNotUsable
from tongban.foundation.trust.suites import suite_named

SEAL_KEY = "trust.seal"
LATEST = """
SELECT c.seal_id, s.name, c.suite, c.serial, c.certificate, c.private, c.valid_from, c.valid_until, c.revoked_at,
    (SELECT a.id FROM trust_authority a WHERE a.role = 'tsa' AND a.suite = c.suite)
FROM trust_sealcertificate c JOIN trust_seal s ON s.code = c.seal_id
WHERE c.seal_id = %s AND c.suite = %s ORDER BY c.valid_from DESC, c.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A seal's latest certificate in one suite; ``locked`` is its private key, encrypted."""

    seal: str
    name: str
    suite: str
    serial: str
    certificate: bytes
    locked: bytes
    valid_from: dt.datetime
    valid_until: dt.datetime
    revoked_at: dt.datetime | None
    stamped_by: uuid.UUID | None

    @property
    def private(self) -> bytes:
        """Return the private key."""
        return boxes.unlock(SEAL_KEY, bytes(self.locked))

    @property
    def stamper(self) -> Official:
        """Return who stamps the time of what is sealed; made the first time."""
        return authority.official("tsa", suite_named(self.suite), which=self.stamped_by)


def usable(code: str, suite: str, at: dt.datetime) -> Held:
    """Return what a seal seals with at a moment; raise NoSuchSeal, SealNotUsable."""
    found = statements.one(LATEST, [code, suite])
    if found is None:
        raise NoSuchSeal(code)
    held = Held(*found)
    if not held.valid_from <= at <= held.valid_until or (held.revoked_at and held.revoked_at <= at):
        raise SealNotUsable(held.name)
    return held

"""The embedded authority of this installation: a root, a time stamper, the ledger's signer and the node's in each suite.

They are made when first needed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from asn1crypto import x509
from django.db import transaction

from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import boxes
from tongban.foundation.trust.certificates.issuing import Issuer, Wish, issue
from tongban.foundation.trust.models import Authority
from tongban.foundation.trust.suites import KeyPair, Suite

# Wide enough for any history that a demonstration plays.
BEGINS = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
ENDS = dt.datetime(2049, 12, 31, tzinfo=dt.UTC)
ORGANISATION = "同办演示电子认证机构"
NAMES = {
    "root": "同办演示根证书 Tongban Demonstration Root",
    "tsa": "同办演示时间戳 Tongban Demonstration TSA",
    "log": "同办演示账本 Tongban Demonstration Ledger",
    "node": "同办演示节点 Tongban Demonstration Node",
}
PURPOSE = "trust.authority"
ONE = "WHERE role = %s AND suite = %s"
WHICH = "SELECT id FROM trust_authority WHERE role = %s AND suite = %s"


@dataclass(frozen=True, slots=True)
class Official:
    """The root, the time stamper, the ledger's signer or the node's, ready to sign."""

    suite: Suite
    certificate: x509.Certificate
    der: bytes
    private: bytes


_officials: dict[uuid.UUID, Official] = {}


def official(role: str, suite: Suite, *, which: uuid.UUID | None = None) -> Official:
    """Return the root, the time stamper, the ledger's signer or the node's of a suite; make it the first time.

    ``which`` is its row's number, where the caller has just read it.
    """
    if which is None:
        found = statements.one(WHICH, [role, suite.name])
        which = found[0] if found else None
    # By the row's own number, which no other row will ever have: one that is rolled back is never found here.
    known = _officials.get(which) if which else None
    return known or _read(role, suite)


def _read(role: str, suite: Suite) -> Official:
    row = statements.fetch_one(Authority, ONE, [role, suite.name]) or _make(role, suite)
    der = bytes(row.certificate)
    private = boxes.unlock(PURPOSE, bytes(row.private))
    return _officials.setdefault(row.id, Official(suite, x509.Certificate.load(der), der, private))


def root_certificate(suite: Suite) -> x509.Certificate | None:
    """Return the root's certificate, or None when nothing was ever sealed here."""
    row = Authority.objects.filter(role="root", suite=suite.name).first()
    return x509.Certificate.load(bytes(row.certificate)) if row else None


@transaction.atomic
def _make(role: str, suite: Suite) -> Authority:
    pair = suite.make_pair()
    wish = Wish(NAMES[role], ORGANISATION, role, BEGINS, ENDS)
    der = issue(suite, wish, pair, _issuer(role, suite, pair))
    locked = boxes.lock(PURPOSE, pair.private)
    row, _ = Authority.objects.get_or_create(
        role=role, suite=suite.name, defaults={"certificate": der, "private": locked}
    )
    return row


def _issuer(role: str, suite: Suite, pair: KeyPair) -> Issuer:
    if role == "root":
        return Issuer(None, pair.private)
    root = official("root", suite)
    return Issuer(root.certificate, root.private)

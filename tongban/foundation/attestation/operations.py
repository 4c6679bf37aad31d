"""Writes of attestation: a signed head."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.foundation.attestation import rules
from tongban.foundation.attestation.models import HeadRow
from tongban.foundation.attestation.types import SignedHead
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.trust import operations as trust


def sign_head(*, at: dt.datetime) -> SignedHead | None:
    """Sign the ledger's present head and return it; None when nothing has come since the last.

    It is not itself recorded in the ledger: the record would have to be signed, too.
    """
    head = ledger.head()
    last = HeadRow.objects.order_by("-size").first()
    if head.size == (last.size if last else 0):
        return None
    mark = trust.sign_as_log(rules.signed_bytes(head, at))
    with transaction.atomic():
        HeadRow.objects.bulk_create(
            [HeadRow(size=head.size, root=head.root, at=at, suite=mark.suite, signer=mark.fingerprint,
                     signature=mark.value)],
            ignore_conflicts=True,  # another worker was quicker, and has signed the same
        )  # fmt: skip
    return SignedHead(head, at, mark.suite, mark.certificate, mark.value)

"""The body's signature over what it issues at one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongban.foundation.statements import operations as statements
from tongban.foundation.statements.operations import Part
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust.errors import NoSuchSeal
from tongban.foundation.trust.types import Signature
from tongban.kernel.types import Actor
from tongban.services.licences import models
from tongban.services.licences.operations.numbering import Issuer
from tongban.services.licences.rules import tree

SIGNER = Actor("system", "licences")
REASON = "签发证照"


def sign(
    issuer: Issuer, records: Sequence[bytes], at: dt.datetime
) -> tuple[models.Signing, list[bytes], list[Part]]:
    """Sign records together; return the signature, each record's path to its root, and what is to be written of it.

    The signature and its use of the seal go into the statement that writes what was signed.
    """
    root, paths = tree.root_and_paths([tree.leaf(record) for record in records])
    signature, use = _signature(issuer, root, at)
    signed = models.Signing(
        root=root, seal=signature.seal, suite=signature.suite, certificate=signature.certificate,
        value=signature.value, time_stamp=signature.time_stamp, at=signature.signed_at,
    )  # fmt: skip
    return signed, paths, [*use, statements.inserting([signed])]


def _signature(issuer: Issuer, root: bytes, at: dt.datetime) -> tuple[Signature, list[Part]]:
    """Return the body's seal on a root. A body that never sealed anything gets its seal first."""
    try:
        return trust.signing(issuer.seal, root, reason=REASON, by=SIGNER, at=at)
    except NoSuchSeal:
        name = f"{issuer.name}行政审批专用章"
        trust.ensure_seal(code=issuer.seal, name=name, department=issuer.department, by=SIGNER, at=at)
        return trust.signing(issuer.seal, root, reason=REASON, by=SIGNER, at=at)

"""The body's signature over what it issues at one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tongban.foundation.statements import operations as statements
from tongban.foundation.trust import operations as trust
from tongban.kernel.types import Actor
from tongban.services.licences import models
from tongban.services.licences.operations.numbering import Issuer
from tongban.services.licences.rules import tree

SIGNER = Actor("system", "licences")
REASON = "签发证照"


def sign(issuer: Issuer, records: Sequence[bytes], at: dt.datetime) -> tuple[models.Signing, list[bytes]]:
    """Sign records together; return the stored signature and each record's path to its root."""
    root, paths = tree.root_and_paths([tree.leaf(record) for record in records])
    name = f"{issuer.name}行政审批专用章"
    trust.ensure_seal(code=issuer.seal, name=name, department=issuer.department, by=SIGNER, at=at)
    signature = trust.sign(issuer.seal, root, reason=REASON, by=SIGNER, at=at)
    signed = statements.insert(models.Signing(
        root=root, seal=signature.seal, suite=signature.suite, certificate=signature.certificate,
        value=signature.value, time_stamp=signature.time_stamp, at=signature.signed_at,
    ))  # fmt: skip
    return signed, paths

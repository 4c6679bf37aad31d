"""A seal beside what it seals: SignedData without its content (CAdES, ETSI EN 319 122-1), with a time stamp over it.

Anybody can check it with the root certificate alone: ``openssl cms -verify -binary -inform DER -content FILE``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from asn1crypto import cms, x509

from tongban.foundation.trust import encoding as der
from tongban.foundation.trust import stamping
from tongban.foundation.trust.certificates.issuing import is_signed_by, point_of
from tongban.foundation.trust.held import Held
from tongban.foundation.trust.signed_data import DATA, Content, assembled, attributes, signed_data, signer
from tongban.foundation.trust.suites import Suite, suite_named


@dataclass(frozen=True, slots=True)
class Found:
    """A seal that holds: whose, and the moment of its time stamp."""

    certificate: x509.Certificate
    at: dt.datetime


def seal(held: Held, data: bytes, at: dt.datetime) -> bytes:
    """Return the seal over data, DER."""
    suite = suite_named(held.suite)
    return signed_data(
        signer(held.suite, bytes(held.certificate)), held.private, Content(DATA, suite.digest(data)),
        stamp=lambda value: stamping.stamp(held.stamper, value, at),
    )  # fmt: skip


def check(suite: Suite, given: bytes, data: bytes, root: x509.Certificate) -> Found:
    """Return whose seal it is; raise ValueError when it is not one of this root over exactly this data, byte for byte.

    All of it is made anew from certificate, signature and time stamp, so that no byte can hide where nothing signs it.
    """
    try:
        return _check(suite, given, data, root)
    except (KeyError, TypeError, IndexError, AttributeError, StopIteration, OverflowError) as error:
        raise ValueError("not a seal") from error


def _check(suite: Suite, given: bytes, data: bytes, root: x509.Certificate) -> Found:
    signed = cms.ContentInfo.load(given, strict=True)["content"]
    (one,), (held,) = signed["signer_infos"], signed["certificates"]
    (stamped,) = one["unsigned_attrs"]
    certificate, value, token = held.chosen, one["signature"].native, stamped["values"][0].dump()
    by, content = signer(suite.name, certificate.dump()), Content(DATA, suite.digest(data))
    at = stamping.check(suite, token, value, root).at
    holds = (
        assembled(by, content, value, token=token) == given
        and stamping.is_exact(suite, token)
        and suite.verify(point_of(certificate), der.set_of(*attributes(by, content)), value)
        and is_signed_by(suite, certificate, root)
        and certificate.not_valid_before <= at <= certificate.not_valid_after
    )
    if not holds:
        raise ValueError("does not hold")
    return Found(certificate, at)

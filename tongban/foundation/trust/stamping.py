"""Time stamps (RFC 3161) by the embedded authority, in both suites: asked, answered and checked."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from asn1crypto import cms, tsp, x509

from tongban.foundation.trust import encoding as der
from tongban.foundation.trust.certificates.authority import Official
from tongban.foundation.trust.certificates.issuing import is_signed_by, point_of
from tongban.foundation.trust.signed_data import TIME_STAMP, Content, Signer, assembled, signed_data, signer
from tongban.foundation.trust.suites import Suite

# A name under 2.25 (X.667) needs no registration: the number is a UUID made for this policy.
POLICY = "2.25.230814975531294410827749340986310512773"
ACCURACY_SECONDS = 1
GRANTED, DIRECTORY_NAME = 0, 4


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a checked token says."""

    at: dt.datetime
    certificate: x509.Certificate


def request(suite: Suite, data: bytes) -> tsp.TimeStampReq:
    """Return a request for a stamp over the digest of data."""
    return tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": {"algorithm": suite.digest_oid},
                "hashed_message": suite.digest(data),
            },
            "nonce": secrets.randbits(63),
            "cert_req": True,
        }
    )


def answer(official: Official, asked: tsp.TimeStampReq, at: dt.datetime) -> tsp.TimeStampResp:
    """Return the authority's response: granted, with the token."""
    token = _token(official, asked["message_imprint"].dump(), asked["nonce"].native, at)
    return tsp.TimeStampResp.load(der.sequence(der.sequence(der.integer(GRANTED)), token))


def stamp(official: Official, data: bytes, at: dt.datetime) -> bytes:
    """Return a token over data, DER."""
    by = _signer(official)
    imprint = der.sequence(by.digest_algorithm, der.octets(official.suite.digest(data)))
    return _token(official, imprint, secrets.randbits(63), at)


def check(suite: Suite, token: bytes, data: bytes, root: x509.Certificate) -> Stamp:
    """Return what the token says; raise ValueError when it is not one of this root over exactly this data."""
    try:
        return _check(suite, token, data, root)
    except (KeyError, TypeError, IndexError, AttributeError, StopIteration, OverflowError) as error:
        raise ValueError("not a time stamp") from error


def is_exact(suite: Suite, token: bytes) -> bool:
    """Return whether a token is, byte for byte, as we write it: also where its signature does not reach."""
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        (one,), (certificate,) = signed["signer_infos"], signed["certificates"]
        said = signed["encap_content_info"]["content"].contents
        by = signer(suite.name, certificate.chosen.dump())
        return assembled(by, Content(TIME_STAMP, suite.digest(said), said), one["signature"].native) == token
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return False


def _check(suite: Suite, token: bytes, data: bytes, root: x509.Certificate) -> Stamp:
    signed = cms.ContentInfo.load(token, strict=True)["content"]
    (signer,) = signed["signer_infos"]
    said: tsp.TSTInfo = signed["encap_content_info"]["content"].parsed
    content = signed["encap_content_info"]["content"].contents
    certificate = next(one.chosen for one in signed["certificates"] if _is(one.chosen, signer))
    attributes = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    usage = certificate.extended_key_usage_value
    problems = {
        "imprint": said["message_imprint"]["hashed_message"].native != suite.digest(data),
        "content": attributes["message_digest"].native != suite.digest(content),
        "signature": not suite.verify(
            point_of(certificate), signer["signed_attrs"].untag().dump(), signer["signature"].native
        ),
        "issuer": not is_signed_by(suite, certificate, root),
        "usage": usage is None or usage.native != ["time_stamping"],
    }
    if any(problems.values()):
        raise ValueError(", ".join(name for name, is_wrong in problems.items() if is_wrong))
    return Stamp(said["gen_time"].native, certificate)


def _is(certificate: x509.Certificate, signer: cms.SignerInfo) -> bool:
    return bool(certificate.serial_number == signer["sid"].chosen["serial_number"].native)


def _token(official: Official, imprint: bytes, nonce: int | None, at: dt.datetime) -> bytes:
    by = _signer(official)
    said = der.sequence(
        der.integer(1), der.oid(POLICY), imprint, der.integer(secrets.randbits(127)), der.moment(at),
        der.sequence(der.integer(ACCURACY_SECONDS)), *(() if nonce is None else (der.integer(nonce),)),
        der.explicit(0, der.explicit(DIRECTORY_NAME, by.subject)),
    )  # fmt: skip
    content = Content(TIME_STAMP, official.suite.digest(said), said)
    return signed_data(by, official.private, content)


def _signer(official: Official) -> Signer:
    return signer(official.suite.name, official.der)

"""Time stamps (RFC 3161) by the embedded authority, in both suites: asked, answered and checked."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from asn1crypto import algos, cms, core, tsp, x509

from tongban.foundation.trust.certificates.authority import Official
from tongban.foundation.trust.certificates.issuing import is_signed_by, point_of
from tongban.foundation.trust.suites import Suite

# A name under 2.25 (X.667) needs no registration: the number is a UUID made for this policy.
POLICY = "2.25.230814975531294410827749340986310512773"
ACCURACY_SECONDS = 1


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
    said = _said(official, asked, at).dump()
    token = {"content_type": "signed_data", "content": _signed(official, said)}
    return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


def stamp(official: Official, data: bytes, at: dt.datetime) -> bytes:
    """Return a token over data, DER."""
    token: bytes = answer(official, request(official.suite, data), at)["time_stamp_token"].dump()
    return token


def check(suite: Suite, token: bytes, data: bytes, root: x509.Certificate) -> Stamp:
    """Return what the token says; raise ValueError when it is not one of this root over exactly this data."""
    try:
        return _check(suite, token, data, root)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("not a time stamp") from error


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


def _said(official: Official, asked: tsp.TimeStampReq, at: dt.datetime) -> tsp.TSTInfo:
    fields = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": secrets.randbits(127),
        "gen_time": core.GeneralizedTime(at.astimezone(dt.UTC).replace(microsecond=0)),
        "accuracy": {"seconds": ACCURACY_SECONDS},
        "tsa": x509.GeneralName("directory_name", official.certificate.subject),
    }
    if asked["nonce"].native is not None:
        fields["nonce"] = asked["nonce"]
    return tsp.TSTInfo(fields)


def _signed(official: Official, said: bytes) -> cms.SignedData:
    suite, certificate = official.suite, official.certificate
    digest = algos.DigestAlgorithm({"algorithm": suite.digest_oid})
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [suite.digest(said)]},
            {"type": "signing_certificate_v2", "values": [_which(suite, certificate)]},
        ]
    )
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": suite.signature_oid},
        "signature": suite.sign(official.private, attributes.dump()),
    }
    return cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(said)},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )


def _which(suite: Suite, certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    digest = {"algorithm": suite.digest_oid}
    one = {"hash_algorithm": digest, "cert_hash": suite.digest(certificate.dump())}
    return tsp.SigningCertificateV2({"certs": [one]})

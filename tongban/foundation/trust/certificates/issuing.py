"""Writing certificates (RFC 5280). Our own builder, since no library writes them with SM2 (GB/T 20518)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from asn1crypto import algos, core, keys, x509

from tongban.foundation.trust.suites import KeyPair, Suite

NOTICE = "演示 DEMONSTRATION · 无法律效力"
SM2_CURVE = "1.2.156.10197.1.301"
keys.NamedCurve.register("sm2p256v1", SM2_CURVE, 32)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs a certificate: its own certificate (None: itself) and private key."""

    certificate: x509.Certificate | None
    private: bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """What a certificate is to say."""

    name: str
    organisation: str
    role: str
    valid_from: dt.datetime
    valid_until: dt.datetime


def issue(suite: Suite, wish: Wish, pair: KeyPair, issuer: Issuer) -> bytes:
    """Return a certificate, DER: for ``root``, ``tsa`` (time stamps) or ``seal``."""
    subject = _name(wish)
    above = issuer.certificate
    algorithm = algos.SignedDigestAlgorithm({"algorithm": suite.signature_oid})
    content = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(127) | 1 << 127,
            "signature": algorithm,
            "issuer": subject if above is None else above.subject,
            "validity": {"not_before": _time(wish.valid_from), "not_after": _time(wish.valid_until)},
            "subject": subject,
            "subject_public_key_info": public_key(suite, pair.public),
            "extensions": _extensions(wish.role, pair.public, above),
        }
    )
    value = suite.sign(issuer.private, content.dump())
    return x509.Certificate(
        {"tbs_certificate": content, "signature_algorithm": algorithm, "signature_value": value}
    ).dump()


def public_key(suite: Suite, point: bytes) -> keys.PublicKeyInfo:
    """Return a public key in the form of a certificate."""
    curve = keys.ECDomainParameters(name="named", value=keys.NamedCurve(suite.curve_oid))
    algorithm = keys.PublicKeyAlgorithm({"algorithm": "ec", "parameters": curve})
    return keys.PublicKeyInfo({"algorithm": algorithm, "public_key": keys.ECPointBitString(point)})


def point_of(certificate: x509.Certificate) -> bytes:
    """Return the public key of a certificate as an uncompressed point."""
    return bytes(certificate.public_key["public_key"].native)


def is_signed_by(suite: Suite, certificate: x509.Certificate, above: x509.Certificate) -> bool:
    """Return whether the certificate was issued by the one above."""
    content = certificate["tbs_certificate"].dump()
    return bool(
        certificate.issuer == above.subject
        and certificate["signature_algorithm"]["algorithm"].dotted == suite.signature_oid
        and suite.verify(point_of(above), content, certificate["signature_value"].native)
    )


def _name(wish: Wish) -> x509.Name:
    return x509.Name.build(
        {
            "country_name": "CN",
            "organization_name": wish.organisation[:64],
            "organizational_unit_name": NOTICE,
            "common_name": wish.name[:64],
        }
    )


def _time(moment: dt.datetime) -> x509.Time:
    moment = moment.astimezone(dt.UTC).replace(microsecond=0)
    kind = core.UTCTime if moment.year < 2050 else core.GeneralizedTime
    return x509.Time({core.UTCTime: "utc_time", core.GeneralizedTime: "general_time"}[kind], kind(moment))


def _extensions(role: str, point: bytes, above: x509.Certificate | None) -> list[dict[str, object]]:
    usage = {"root": {"key_cert_sign", "crl_sign"}}.get(role, {"digital_signature", "non_repudiation"})
    key_id = hashlib.sha256(point).digest()[:20]
    found: list[dict[str, object]] = [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": role == "root"}},
        {"extn_id": "key_usage", "critical": True, "extn_value": x509.KeyUsage(usage)},
        {"extn_id": "key_identifier", "critical": False, "extn_value": core.OctetString(key_id)},
    ]
    if above is not None:
        value = {"key_identifier": above.key_identifier}
        found.append({"extn_id": "authority_key_identifier", "critical": False, "extn_value": value})
    if role == "tsa":
        found.append({"extn_id": "extended_key_usage", "critical": True, "extn_value": ["time_stamping"]})
    return found

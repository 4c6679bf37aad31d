"""Seals: certificates that OpenSSL accepts, signatures in both suites, time stamps, revocation."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from django.db import IntegrityError

from tests.foundation.trust.conftest import CLERK, NOON
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.trust import operations, queries, stamping
from tongban.foundation.trust.certificates import authority
from tongban.foundation.trust.errors import NoSuchSeal, SealExists, SealNotUsable
from tongban.foundation.trust.models import Authority, SealCertificate
from tongban.foundation.trust.suites import suite_named
from tongban.foundation.trust.types import INTERNATIONAL, NATIONAL
from tongban.kernel.types import Subject

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SUITES = [INTERNATIONAL, NATIONAL]


@pytest.mark.parametrize("suite", SUITES)
class TestSignatures:
    def test_a_signature_says_who_and_when(self, seal: str, suite: str) -> None:
        signature = operations.sign(seal, b"decision", suite=suite, reason="准予许可", by=CLERK, at=NOON)
        verdict = queries.verify(b"decision", signature)
        assert verdict.is_good, verdict
        assert verdict.who == "上海市市场监督管理局行政审批专用章"
        assert verdict.signed_at == NOON
        assert ledger.entries(Subject("seal", seal))[0].act == "seal.use"

    def test_changed_data_and_foreign_signatures_are_found_out(self, seal: str, suite: str) -> None:
        signature = operations.sign(seal, b"decision", suite=suite, at=NOON)
        assert queries.verify(b"Decision", signature).problem == queries.CHANGED
        foreign = dataclasses.replace(signature, certificate="abc")
        assert queries.verify(b"decision", foreign).problem == queries.NOT_OURS
        other = operations.sign(seal, b"other", suite=suite, at=NOON + DAY)
        swapped = dataclasses.replace(signature, time_stamp=other.time_stamp)
        assert queries.verify(b"decision", swapped).problem == queries.NO_STAMP
        for token in (b"", b"nonsense", signature.time_stamp[:-9]):
            cut = dataclasses.replace(signature, time_stamp=token)
            assert queries.verify(b"decision", cut).problem == queries.NO_STAMP

    def test_a_revoked_seal_signs_no_more_and_what_it_signed_before_stays_good(
        self, seal: str, suite: str
    ) -> None:
        before = operations.sign(seal, b"x", suite=suite, at=NOON)
        operations.revoke_seal(code=seal, reason="印章遗失", by=CLERK, at=NOON + DAY)
        with pytest.raises(SealNotUsable):
            operations.sign(seal, b"x", suite=suite, at=NOON + 2 * DAY)
        assert queries.verify(b"x", before).is_good
        with pytest.raises(SealNotUsable):
            operations.revoke_seal(code=seal, reason="again", by=CLERK, at=NOON + 2 * DAY)

    def test_a_renewed_seal_signs_with_the_new_certificate(self, seal: str, suite: str) -> None:
        before = operations.sign(seal, b"x", suite=suite, at=NOON)
        late = NOON + 365 * 5 * DAY + DAY
        with pytest.raises(SealNotUsable):
            operations.sign(seal, b"x", suite=suite, at=late)
        operations.renew_seal(code=seal, by=CLERK, at=late)
        after = operations.sign(seal, b"x", suite=suite, at=late)
        assert after.certificate != before.certificate
        assert queries.verify(b"x", before).is_good and queries.verify(b"x", after).is_good

    def test_a_time_stamp_is_over_exactly_this_data(self, seal: str, suite: str) -> None:
        token = operations.time_stamp(b"data", suite=suite, at=NOON)
        assert queries.verify_time_stamp(b"data", token, suite=suite) == NOON
        assert queries.verify_time_stamp(b"date", token, suite=suite) is None

    def test_openssl_accepts_the_certificates(self, seal: str, suite: str, tmp_path: Path) -> None:
        if not shutil.which("openssl"):
            pytest.skip("openssl is not installed; it checks our certificates from outside")
        held = next(one for one in queries.get_seal(seal).certificates if one.suite == suite)
        (tmp_path / "seal.pem").write_text(pem(held.der))
        (tmp_path / "root.pem").write_text(pem(queries.root(suite) or b""))
        line = ["openssl", "verify", "-x509_strict", "-CAfile", "root.pem", "seal.pem"]
        if suite == NATIONAL:
            line[2:2] = ["-vfyopt", "distid:1234567812345678"]
        done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "演示 DEMONSTRATION" in x509.Certificate.load(held.der).subject.human_friendly


def pem(der: bytes) -> str:
    import ssl

    return ssl.DER_cert_to_PEM_cert(der)


def test_openssl_accepts_the_time_stamp(seal: str, tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed; it checks our time stamps from outside")
    suite = suite_named(INTERNATIONAL)
    asked = stamping.request(suite, b"data")
    response = stamping.answer(authority.official("tsa", suite), asked, NOON)
    (tmp_path / "root.pem").write_text(pem(queries.root() or b""))
    (tmp_path / "asked.tsq").write_bytes(asked.dump())
    (tmp_path / "answer.tsr").write_bytes(response.dump())
    line = "openssl ts -verify -queryfile asked.tsq -in answer.tsr -CAfile root.pem".split()
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr, done.stderr


def test_seals_are_made_once_and_listed(seal: str) -> None:
    with pytest.raises(SealExists):
        operations.make_seal(code=seal, name="x", department="y", by=CLERK, at=NOON)
    with pytest.raises(NoSuchSeal):
        operations.sign("nobody", b"", at=NOON)
    with pytest.raises(NoSuchSeal):
        queries.get_seal("nobody")
    assert queries.find_seal("nobody") is None
    (only,) = queries.seals()
    assert set(only.suites) == set(SUITES)


def test_private_keys_are_encrypted_in_the_table(seal: str) -> None:
    for row in [*SealCertificate.objects.all(), *Authority.objects.all()]:
        assert bytes(row.private)[0] in (1, 2)
        with pytest.raises(ValueError):
            x509.Certificate.load(bytes(row.private), strict=True).native  # noqa: B018


def copy_of(row: Any, **changes: object) -> Any:
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_trust_serial_once(seal: str) -> None:
    with pytest.raises(IntegrityError, match="trust_serial_once"):
        copy_of(SealCertificate.objects.first()).save()


def test_trust_certificate_has_a_span(seal: str) -> None:
    row = copy_of(SealCertificate.objects.first(), serial="1", valid_until=NOON - DAY)
    with pytest.raises(IntegrityError, match="trust_certificate_has_a_span"):
        row.save()


def test_trust_authority_once(seal: str) -> None:
    with pytest.raises(IntegrityError, match="trust_authority_once"):
        copy_of(Authority.objects.first()).save()


def test_a_seal_is_ensured_once_from_the_beginning_of_the_year(db: None) -> None:
    for _ in range(2):
        operations.ensure_seal(code="xh", name="徐汇区市场监督管理局", department="market", by=CLERK, at=NOON)
    (only,) = queries.seals()
    assert {one.valid_from.astimezone(NOON.tzinfo).timetuple().tm_yday for one in only.certificates} == {1}
    operations.revoke_seal(code="xh", reason="印章遗失", by=CLERK, at=NOON)
    operations.ensure_seal(
        code="xh", name="徐汇区市场监督管理局", department="market", by=CLERK, at=NOON + DAY
    )
    with pytest.raises(SealNotUsable):
        operations.sign("xh", b"x", at=NOON + DAY)

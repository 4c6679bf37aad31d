"""Sealed PDFs: believed by poppler, and by us only while not a byte has changed."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.foundation.trust.conftest import CLERK, NOON
from tongban.foundation.trust import operations, queries
from tongban.foundation.trust.errors import NotAPdf, SealNotUsable
from tongban.foundation.trust.models import Authority, SealCertificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(seal: str, page: bytes) -> bytes:
    return operations.seal_pdf(page, seal=seal, reason="食品经营许可", by=CLERK, at=NOON)


def test_a_sealed_file_says_who_when_and_why(sealed: bytes, page: bytes) -> None:
    verdict = queries.verify_pdf(sealed)
    assert verdict.is_good and verdict.is_original and not verdict.problem, verdict
    (mark,) = verdict.seals
    assert mark.who == "上海市市场监督管理局行政审批专用章"
    assert (mark.department, mark.seal) == ("上海市市场监督管理局", "scjg")
    assert (mark.signed_at, mark.reason) == (NOON, "食品经营许可")
    assert sealed.startswith(page)


@pytest.mark.slow
def test_no_byte_can_be_changed_unseen(sealed: bytes) -> None:
    chance = random.Random(20260302)
    start, end = signature_hole(sealed)
    for _ in range(60):
        place = chance.randrange(len(sealed))
        changed = bytearray(sealed)
        changed[place] ^= chance.randrange(1, 256)
        verdict = queries.verify_pdf(bytes(changed))
        # In the hole is the signature itself; some of its bytes say nothing (padding, the case of digits).
        assert not verdict.is_original
        assert start <= place < end or not verdict.is_good, place


def test_one_picture_serves_all_that_a_body_seals(seal: str, page: bytes) -> None:
    pages = [
        operations.seal_pdf(page, seal=seal, reason=f"第 {one} 件", by=CLERK, at=NOON) for one in range(3)
    ]
    assert all(queries.verify_pdf(one).is_good for one in pages)
    added = [one.removeprefix(page) for one in pages]
    assert len({one.count(b"/FontFile") for one in added}) == 1
    assert all(one.count(b"/Subtype /Form") == added[0].count(b"/Subtype /Form") > 0 for one in added)


def signature_hole(pdf: bytes) -> tuple[int, int]:
    found = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", pdf)[-1]
    _, length, after, _ = (int(number) for number in found)
    return length, after


def test_what_is_added_after_the_seal_is_found_out(sealed: bytes, page: bytes) -> None:
    for added in (b"\n", b"% a remark\n", page):
        verdict = queries.verify_pdf(sealed + added)
        assert not verdict.is_good and not verdict.is_original


@pytest.mark.parametrize("cut", [1, 100, 5000])
def test_a_file_cut_short_is_found_out(sealed: bytes, cut: int) -> None:
    assert not queries.verify_pdf(sealed[:-cut]).is_good


def test_files_without_a_seal_and_without_sense(page: bytes, db: None) -> None:
    assert queries.verify_pdf(page).problem == queries.NO_SEAL
    for nonsense in (b"", b"%PDF-1.7", b"x" * 1000, page[:300]):
        assert queries.verify_pdf(nonsense).problem == queries.UNREADABLE


@pytest.mark.slow
def test_two_bodies_seal_one_file_and_both_stay_good(sealed: bytes) -> None:
    operations.make_seal(code="xf", name="消防救援总队", department="上海市消防救援总队", by=CLERK, at=NOON)
    later = NOON + dt.timedelta(hours=2)
    both = operations.seal_pdf(sealed, seal="xf", reason="消防检查合格", by=CLERK, at=later)
    verdict = queries.verify_pdf(both)
    assert verdict.is_good, verdict
    assert [mark.seal for mark in verdict.seals] == ["scjg", "xf"]
    assert [mark.signed_at for mark in verdict.seals] == [NOON, later]
    first = queries.verify_pdf(sealed)
    assert first.is_good


def test_a_seal_of_another_authority_is_not_trusted(sealed: bytes) -> None:
    SealCertificate.objects.all().delete()
    Authority.objects.all().delete()
    verdict = queries.verify_pdf(sealed)
    assert verdict.is_intact and not verdict.is_trusted
    assert verdict.problem == queries.NOT_OURS


def test_revoked_seals_seal_no_more_and_what_was_sealed_before_stays_good(sealed: bytes, page: bytes) -> None:
    day = dt.timedelta(days=1)
    operations.revoke_seal(code="scjg", reason="机构改革", by=CLERK, at=NOON + day)
    assert queries.verify_pdf(sealed).is_good
    with pytest.raises(SealNotUsable):
        operations.seal_pdf(page, seal="scjg", reason="", by=CLERK, at=NOON + 2 * day)
    SealCertificate.objects.update(revoked_at=NOON)
    assert queries.verify_pdf(sealed).problem == queries.NOT_VALID


@pytest.mark.parametrize("nonsense", [b"", b"%PDF-1.7\n", b"<html>", b"\x89PNG" + bytes(100)])
def test_only_a_pdf_can_be_sealed(seal: str, nonsense: bytes) -> None:
    with pytest.raises(NotAPdf):
        operations.seal_pdf(nonsense, seal=seal, reason="", at=NOON)


def test_poppler_finds_the_signature_valid(sealed: bytes, tmp_path: Path) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip(
            "pdfsig is not installed; apt-get install poppler-utils has it check our seals from outside"
        )
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    done = subprocess.run(
        ["pdfsig", "-nocert", "sealed.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Signature is Valid" in done.stdout, done.stdout + done.stderr
    assert "ETSI.CAdES.detached" in done.stdout
    assert "Total document signed" in done.stdout


def test_the_picture_of_the_seal_is_on_the_page(sealed: bytes, page: bytes, tmp_path: Path) -> None:
    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm is not installed; apt-get install poppler-utils has it draw the page")
    from PIL import Image

    (tmp_path / "sealed.pdf").write_bytes(sealed)
    subprocess.run(["pdftoppm", "-r", "40", "-png", "sealed.pdf", "page"], cwd=tmp_path, check=True)
    (drawn,) = tmp_path.glob("page*.png")
    with Image.open(drawn) as picture:
        colours = picture.convert("RGB").getcolors(100_000) or []
    assert any(count > 20 and r > 150 and g < 90 and b < 90 for count, (r, g, b) in colours)

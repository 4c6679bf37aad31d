"""Others, without us: poppler, OpenSSL and pyHanko check an issued file against the city's root certificate alone."""

from __future__ import annotations

import hashlib
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, x509
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.documents import queries as files
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import SYSTEM
from tongban.services.licences import operations, queries
from tongban.services.licences.types import Line

pytestmark = pytest.mark.django_db
EXECUTABLE = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFile",
    "/RichMedia",
    "/Movie",
    "/Sound",
    "/XFA",
    "/OpenAction",
}


@pytest.fixture
def issued(grant: Granting) -> bytes:
    """Return a licence as its holder has it: rare signs in the name, a face, the seal."""
    wanted = grant(holder_name="上海𠮷野家餐饮有限公司", face=(Line("经营场所", "漕溪北路 398 号"),))
    document = operations.seal_page(id=operations.issue(grant=wanted, by=SYSTEM, at=NOON), by=SYSTEM, at=NOON)
    return files.read(document, by=SYSTEM, purpose="test")


@pytest.fixture
def root(issued: bytes) -> x509.Certificate:
    return x509.Certificate.load(trust.root() or b"")


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed; apt-get install {package} has it check our files from outside")
    return found


def changed(data: bytes) -> bytes:
    """Return the file with one letter changed that nobody sees."""
    return data.replace(b"/MediaBox", b"/MediaBoX", 1)


def parts_of(data: bytes) -> tuple[bytes, cms.ContentInfo]:
    """Return what the seal covers, and the seal: read from the file by its byte range, with no library of PDF."""
    found = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", data)[-1]
    first, length, after, rest = (int(number) for number in found)
    seal = bytes.fromhex(data[length + 1 : after - 1].decode())
    return data[first:length] + data[after : after + rest], cms.ContentInfo.load(seal)


def test_poppler_finds_it_valid_and_a_changed_one_not(issued: bytes, tmp_path: Path) -> None:
    pdfsig = program("pdfsig", "poppler-utils")

    def said(data: bytes) -> str:
        (tmp_path / "licence.pdf").write_bytes(data)
        line = [pdfsig, "-nocert", str(tmp_path / "licence.pdf")]
        return subprocess.run(line, capture_output=True, text=True, check=False).stdout

    assert "Signature is Valid" in said(issued)
    assert "Total document signed" in said(issued)
    assert "Signature is Valid" not in said(changed(issued))


def test_openssl_finds_seal_and_stamp_valid(issued: bytes, root: x509.Certificate, tmp_path: Path) -> None:
    openssl = program("openssl", "openssl")
    covered, seal = parts_of(issued)
    stamp = signer_of(seal)["unsigned_attrs"][0]["values"][0]
    for name, content in {
        "root.pem": ssl.DER_cert_to_PEM_cert(root.dump()).encode(), "covered": covered, "changed": covered[:-1] + b"x",
        "seal": seal.dump(), "stamp": stamp.dump(), "value": signer_of(seal)["signature"].native,
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)

    def accepts(line: str) -> bool:
        done = subprocess.run([openssl, *line.split()], cwd=tmp_path, capture_output=True, check=False)
        return done.returncode == 0

    at = f"-attime {int(NOON.timestamp())}"
    verify = f"cms -verify -binary -inform DER -in seal -CAfile root.pem -purpose any {at} -content"
    assert accepts(f"{verify} covered")
    assert not accepts(f"{verify} changed")
    assert accepts(f"ts -verify -token_in -in stamp -data value -CAfile root.pem {at}")
    assert not accepts(f"ts -verify -token_in -in stamp -data covered -CAfile root.pem {at}")


def signer_of(seal: cms.ContentInfo) -> cms.SignerInfo:
    return seal["content"]["signer_infos"][0]


def test_pyhanko_finds_it_valid_for_the_root_and_no_other(issued: bytes, root: x509.Certificate) -> None:
    def status(data: bytes, roots: list[x509.Certificate]) -> Any:
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=NOON)
        return validate_pdf_signature(PdfFileReader(BytesIO(data)).embedded_signatures[0], context)

    found = status(issued, [root])
    assert found.bottom_line, found.pretty_print_details()
    assert found.timestamp_validity.timestamp == NOON
    assert not status(issued, []).trusted
    assert not status(changed(issued), [root]).intact


def test_what_the_seal_says_of_itself_is_what_pades_wants(issued: bytes) -> None:
    """ETSI EN 319 142-1, level B-T: no time in the signature but in the stamp, the certificate named by digest."""
    covered, seal = parts_of(issued)
    signer = signer_of(seal)
    attributes = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    assert set(attributes) == {
        "content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection",
    }  # fmt: skip
    assert attributes["message_digest"].native == hashlib.sha256(covered).digest()
    named = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    assert named in {hashlib.sha256(one.chosen.dump()).digest() for one in seal["content"]["certificates"]}
    assert [one["type"].native for one in signer["unsigned_attrs"]] == ["signature_time_stamp_token"]


def test_we_refuse_what_was_changed(issued: bytes) -> None:
    found = queries.verify_pdf(changed(issued), at=NOON)
    assert not (found.is_whole and found.is_original) and found.licence is None


def test_it_is_still_a_file_to_be_kept_for_ever(issued: bytes) -> None:
    """PDF/A-2b (ISO 19005-2): identified, colours defined, every font inside, nothing that runs, not locked."""
    reader = PdfFileReader(BytesIO(issued))
    said = reader.root["/Metadata"].data.decode()
    assert re.search(r"<pdfaid:part>\s*2\s*</pdfaid:part>", said)
    assert re.search(r"<pdfaid:conformance>\s*B\s*</pdfaid:conformance>", said)
    assert NOON.strftime("%Y-%m-%d") in said and "pyHanko" not in said
    intents = [one.get_object() for one in reader.root["/OutputIntents"]]
    assert any(one["/S"] == "/GTS_PDFA1" and one["/DestOutputProfile"].data for one in intents)
    assert not reader.encrypted
    assert len(reader.trailer_view["/ID"]) == 2
    names, fonts = set(), []
    for one in everything_in(reader.root):
        if isinstance(one, dict):
            names |= set(one)
            names |= {value for key, value in one.items() if key == "/S" and isinstance(value, str)}
            fonts += [one] if one.get("/Type") == "/FontDescriptor" else []
    assert not names & EXECUTABLE
    assert len(fonts) >= 2
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font) for font in fonts)
    (widget,) = [one for one in everything_in(reader.root) if is_widget(one)]
    assert int(widget["/F"]) & 4 and "/N" in widget["/AP"]  # printed, and drawn the same by everybody


def is_widget(one: object) -> bool:
    return isinstance(one, dict) and one.get("/Subtype") == "/Widget"


def everything_in(start: Any) -> Iterator[Any]:
    """Yield every object that can be reached from the catalogue, each once."""
    waiting, seen = [start], set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.reference in seen:
                continue
            seen.add(one.reference)
            one = one.get_object()
        yield one
        if isinstance(one, dict):
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, list):
            waiting += [one.raw_get(place) for place in range(len(one))]


def test_each_file_is_somebodys_and_known_by_its_digest(issued: bytes) -> None:
    found = queries.verify_pdf(issued, at=NOON)
    assert found.is_original and found.licence is not None
    assert found.licence.number.startswith("SPJY")

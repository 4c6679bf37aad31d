"""Every paper is one page of PDF/A with its words as text; licences are sealed and readers can check them."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.documents import queries as files
from tongban.foundation.ledger.models import Record
from tongban.foundation.trust import queries as trust
from tongban.kernel.errors import Invalid
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.licences import operations, queries
from tongban.services.licences.documents import fonts
from tongban.services.licences.errors import FontsMissing, LicenceUnknown, NotYetSealed
from tongban.services.licences.types import Kind, LicenceState

LETTER = {
    "number": "受〔2026〕7310104202600012号", "to": "上海梧桐里餐饮管理有限公司", "issuer": "上海市徐汇区市场监督管理局",
    "date": "2026年3月2日", "service": "食品经营许可", "link": "https://localhost/progress", "code": "7KQ2MX",
}  # fmt: skip
PAPERS: dict[Kind, dict[str, Any]] = {
    Kind.LICENCE: LETTER | {
        "title": "食品经营许可证", "identifier": "1.2.156.3005.2.X", "holder": "上海梧桐里餐饮管理有限公司",
        "lines": [["名称", "上海梧桐里餐饮管理有限公司"], ["住所", "漕溪北路 398 号"]],
    },
    Kind.RECEIPT: LETTER | {"received": "2026年3月2日", "complete_by": "2026年3月9日", "materials": [["布局图", "已上传"]]},
    Kind.ACCEPTANCE: LETTER | {"body": ["您的申请，自2026年3月2日起受理。"]},
    Kind.NOTICE: LETTER | {"body": ["请补正下列全部内容："], "demands": ["布局图没有标明面积"]},
    Kind.DECISION: LETTER | {"body": ["决定准予许可。"]},
    Kind.REFUSAL: LETTER | {"body": ["决定不予许可。"], "reasons": ["场所不符合条件。"], "remedies": ["可以申请行政复议。"]},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _with_fonts() -> None:
    try:
        fonts.folder()
    except FontsMissing as missing:
        pytest.skip(str(missing))


def words_of(pdf: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not on this machine")
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    return "".join(said.stdout.split())


@pytest.mark.parametrize("kind", Kind)
def test_each_paper_is_a_small_page_of_pdf_a(kind: Kind) -> None:
    made = queries.render(kind, PAPERS[kind], at=NOON)
    reader = PdfFileReader(BytesIO(made))
    assert len(made) < 200_000
    assert int(reader.root["/Pages"]["/Count"]) == 1
    metadata = reader.root["/Metadata"].data.decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata


@pytest.mark.parametrize("kind", Kind)
def test_each_paper_says_its_values_as_text(kind: Kind, tmp_path: Path) -> None:
    said = words_of(queries.render(kind, PAPERS[kind], at=NOON), tmp_path)
    for value in (LETTER["number"], LETTER["issuer"], LETTER["date"]):
        assert value.replace(" ", "") in said
    for name in ("demands", "reasons", "remedies"):
        assert all(one in said for one in PAPERS[kind].get(name, ()))


def test_the_same_values_give_the_same_bytes() -> None:
    assert queries.render("notice", PAPERS[Kind.NOTICE], at=NOON) == queries.render(
        "notice", PAPERS[Kind.NOTICE], at=NOON
    )


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "$ x $ *b* _i_",
        "\\ { } [ ] <a> @b",
        '"',
        "𰻝𠮷",
        "a\u0000b\u202e",
        "🍜面馆🍣",
        "\ud800",
        "=" * 300,
    ],
)
def test_what_people_write_is_never_markup(name: str, tmp_path: Path) -> None:
    made = queries.render(Kind.NOTICE, PAPERS[Kind.NOTICE] | {"to": name, "demands": [name] * 3}, at=NOON)
    assert made.startswith(b"%PDF")


@pytest.mark.parametrize("kind", Kind)
def test_a_paper_without_what_it_must_say_is_none(kind: Kind) -> None:
    for name in (
        set(PAPERS[kind])
        - {"link", "code", "materials", "complete_by", "title"}
        - ({"service", "to"} if kind is Kind.LICENCE else set())
    ):
        if kind is Kind.RECEIPT and name == "body":
            continue
        with pytest.raises(Invalid, match=name):
            queries.render(kind, PAPERS[kind] | {name: ""}, at=NOON)


def test_long_lists_still_end_with_name_and_date(tmp_path: Path) -> None:
    values = PAPERS[Kind.NOTICE] | {
        "demands": [f"第 {number} 份材料需要重新盖章并注明日期" for number in range(40)]
    }
    said = words_of(queries.render(Kind.NOTICE, values, at=NOON), tmp_path)
    assert said.count(LETTER["date"]) == 1


def test_missing_fonts_are_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TONGBAN_FONTS", str(tmp_path))
    fonts.folder.cache_clear()
    try:
        with pytest.raises(FontsMissing, match="fonts-noto-cjk"):
            fonts.folder()
    finally:
        monkeypatch.undo()
        fonts.folder.cache_clear()


@pytest.fixture
def sealed(grant: Granting) -> tuple[uuid.UUID, bytes]:
    id = operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    document = operations.seal_page(id=id, by=SYSTEM, at=NOON)
    return id, files.read(document, by=SYSTEM, purpose="test")


@pytest.mark.django_db
def test_a_sealed_licence_is_small_whole_and_known(sealed: tuple[uuid.UUID, bytes]) -> None:
    id, data = sealed
    assert len(data) < 200_000
    verdict = trust.verify_pdf(data)
    assert verdict.is_good
    assert verdict.is_original
    found = queries.verify_pdf(data, at=NOON)
    assert (found.is_whole, found.is_trusted) == (True, True)
    assert found.licence is not None
    assert found.licence.state is LicenceState.VALID
    operations.revoke(id=id, law="行政许可法 69", reason="材料不实", by=SYSTEM, at=NOON)
    again = queries.verify_pdf(data, at=NOON)
    assert again.is_whole
    assert again.licence is not None
    assert again.licence.state is LicenceState.REVOKED


@pytest.mark.django_db
def test_readers_of_pdf_can_check_the_seal(sealed: tuple[uuid.UUID, bytes], tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("pdfsig (poppler-utils) is not on this machine")
    path = tmp_path / "licence.pdf"
    path.write_bytes(sealed[1])
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    path.write_bytes(sealed[1].replace(b"/MediaBox", b"/MediaBoX", 1))
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" not in said


@pytest.mark.slow
@pytest.mark.django_db
def test_any_changed_byte_is_noticed(sealed: tuple[uuid.UUID, bytes]) -> None:
    data = sealed[1]
    first, last = data.index(b"/Contents <"), data.index(b">", data.index(b"/Contents <"))
    for place in range(200, len(data) - 200, len(data) // 12):
        changed = bytearray(data)
        changed[place] ^= 1
        found = queries.verify_pdf(bytes(changed), at=NOON)
        # In the room that the signature leaves unused a sign changes nothing that the seal is about.
        is_about = not first < place < last
        assert not (is_about and found.is_sealed and found.is_whole and found.is_trusted), place
        assert not found.is_original
        assert found.licence is None
    longer = queries.verify_pdf(data + b"\n% more", at=NOON)
    assert not (longer.is_whole and longer.is_trusted)


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"hello", b"\x00" * 1000])
def test_what_is_no_pdf_is_said_to_be_none(city: None, data: bytes) -> None:
    found = queries.verify_pdf(data, at=NOON)
    assert not found.is_sealed
    assert found.problem


@pytest.mark.django_db
def test_the_page_is_made_once(sealed: tuple[uuid.UUID, bytes]) -> None:
    id, _ = sealed
    document = queries.get_licence(id).document
    assert operations.seal_page(id=id, by=SYSTEM, at=NOON + dt.timedelta(days=1)) == document
    assert Record.objects.filter(act="licence.seal").count() == 1


@pytest.mark.django_db
def test_only_the_holder_and_the_body_get_the_page(sealed: tuple[uuid.UUID, bytes]) -> None:
    from tests.factories.cases import DECIDER, POLICE

    id, data = sealed
    assert queries.pdf(id, by=DECIDER, purpose="核对", at=NOON) == data
    for by in (POLICE, Actor("person", str(uuid.uuid4())), Actor("nobody", "x")):
        with pytest.raises(LicenceUnknown):
            queries.pdf(id, by=by, purpose="", at=NOON)


@pytest.mark.django_db
def test_a_page_that_is_not_made_yet_is_said_so(grant: Granting) -> None:
    id = operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    with pytest.raises(NotYetSealed):
        queries.pdf(id, by=SYSTEM, purpose="", at=NOON)


@pytest.mark.django_db
def test_whoever_opens_a_page_first_has_it_made(grant: Granting) -> None:
    id = operations.issue(grant=grant(), by=SYSTEM, at=NOON)
    later = NOON + dt.timedelta(minutes=1)
    with pytest.raises(LicenceUnknown):
        operations.open_page(id=id, by=Actor("nobody", "x"), purpose="", at=later)
    assert queries.get_licence(id).document is None
    page = operations.open_page(id=id, by=SYSTEM, purpose="", at=later)
    assert queries.verify_pdf(page, at=later).is_whole
    assert operations.open_page(id=id, by=SYSTEM, purpose="", at=later) == page
    assert Record.objects.filter(act="licence.seal").count() == 1

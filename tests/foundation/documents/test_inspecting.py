"""What comes in: every wicked file is refused with its own sentence, and none breaks the reader."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.foundation.documents.files import assembled, bomb_png, office, pdf, pdf_bomb, picture
from tongban.foundation.documents import errors
from tongban.foundation.documents.inspecting import check_size, inspect, inspect_ours
from tongban.foundation.documents.inspecting.names import safe_name
from tongban.foundation.documents.types import LARGEST_BYTES, LONGEST_NAME, Kind
from tongban.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("data", "kind", "pages"),
    [
        (pdf(pages=3), Kind.PDF, 3),
        (picture("PNG"), Kind.PNG, 1),
        (picture("JPEG"), Kind.JPEG, 1),
        (office("docx"), Kind.DOCX, 1),
        (office("xlsx", xl__printerSettings__printerSettings1_dot_bin=b"x"), Kind.XLSX, 1),
    ],
)
def test_what_it_is_its_content_says(data: bytes, kind: Kind, pages: int) -> None:
    found = inspect(data)
    assert (found.kind, found.pages) == (kind, pages)


SCRIPT = "<< /S /JavaScript /JS (app.alert(1)) >>"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", errors.Empty),
        (b"x" * (LARGEST_BYTES + 1), errors.TooLarge),
        (b"MZ\x90\x00" + bytes(200), errors.UnknownKind),
        (b"GIF89a" + bytes(200), errors.UnknownKind),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), errors.UnknownKind),
        (b"<html><script>1</script>", errors.UnknownKind),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", errors.UnknownKind),
        (b"junk before" + pdf(), errors.UnknownKind),
        (b"%PDF-1.7 and nothing more", errors.Damaged),
        (pdf()[:-40], errors.Damaged),
        (assembled([b"<< /Type /Catalog >>"]), errors.Damaged),
        (pdf(SCRIPT, catalog="/OpenAction 4 0 R"), errors.Active),
        (pdf("<< /S /J#61vaScript /J#53 (1) >>", catalog="/OpenAction 4 0 R"), errors.Active),
        (pdf("<< /S /Launch /F (cmd.exe) >>", catalog="/OpenAction 4 0 R"), errors.Active),
        (pdf(SCRIPT), errors.Active),
        (pdf(catalog="/Names << /EmbeddedFiles << /Names [] >> >>"), errors.Active),
        (pdf(catalog="/AcroForm << /XFA (x) >>"), errors.Active),
        (pdf("<< /S /SubmitForm /F (http://example.org) >>", catalog="/AA << /WC 4 0 R >>"), errors.Active),
        (pdf(tail=b"x" * 2000), errors.Active),
        (pdf() + office(), errors.Active),
        (pdf(pages=501), errors.TooManyPages),
        (pdf_bomb(), errors.TooMuchInside),
        (picture("PNG")[:-30], errors.Damaged),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), errors.Damaged),
        (bomb_png(), errors.TooMuchInside),
        (bomb_png(20_000, 10), errors.TooMuchInside),
        (b"PK\x03\x04" + bytes(100), errors.Damaged),
        (office("docx", word__vbaProject_dot_bin=b"x"), errors.Active),
        (office("docx", word__embeddings__a_dot_docx=b"x"), errors.Active),
    ],
)
def test_what_is_refused(data: bytes, error: type[Invalid]) -> None:
    with pytest.raises(error):
        inspect(data)


def test_a_link_in_a_pdf_is_harmless() -> None:
    link = "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org) >> >>"
    assert inspect(pdf(link, catalog="/OpenAction [3 0 R /Fit]")).pages == 1


def test_office_files_that_fetch_something_when_opened_are_refused() -> None:
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    link = b'<Relationship Id="a" Type="%s%s" Target="http://example.org/x" TargetMode="External"/>'
    name = "word___rels__document_dot_xml_dot_rels"
    with pytest.raises(errors.Active):
        inspect(office("docx", **{name: link % (kind, b"attachedTemplate")}))
    assert inspect(office("docx", **{name: link % (kind, b"hyperlink")})).kind is Kind.DOCX


@pytest.mark.slow
def test_archives_are_held_to_limits_and_to_office_files() -> None:
    def archive(write: dict[str, bytes], comment: bytes = b"") -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in write.items():
                made.writestr(name, content)
            made.comment = comment
        return out.getvalue()

    base = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}
    zeros = bytes(30_000_000)
    with pytest.raises(errors.TooMuchInside):
        inspect(archive(base | {f"word/{number}.xml": zeros for number in range(8)}))
    with pytest.raises(errors.TooMuchInside):
        inspect(archive(base | {f"word/{number}.xml": b"" for number in range(3001)}))
    with pytest.raises(errors.UnknownKind):
        inspect(archive({"readme.txt": b"x"}))
    with pytest.raises(errors.Active):
        inspect(archive(base | {"../../etc/passwd": b"x"}))
    with pytest.raises(errors.Active):
        inspect(archive(base, comment=b"%PDF-1.7"))


def test_images_are_drawn_anew() -> None:
    hidden = b"%PDF-1.7 <script>alert(1)</script> GPS 31.2304"
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6  # to be turned by a quarter
    for data in (picture("PNG") + hidden, picture("JPEG", exif=exif) + hidden):
        found = inspect(data)
        assert hidden not in found.data and b"secret place" not in found.data
        with Image.open(io.BytesIO(found.data)) as drawn:
            assert drawn.size in ((40, 30), (30, 40))
            assert not dict(drawn.getexif())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16"])
def test_images_of_every_mode_are_taken(mode: str) -> None:
    out = io.BytesIO()
    made = Image.new("L", (9, 9)) if mode == "PA" else Image.new(mode, (9, 9))
    made.save(out, "PNG")
    assert inspect(out.getvalue()).kind is Kind.PNG


def test_photographs_in_the_colours_of_print_are_taken() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (9, 9)).save(out, "JPEG")
    assert inspect(out.getvalue()).kind is Kind.JPEG


def test_what_the_office_has_made_is_kept_as_it_is_and_its_pages_counted() -> None:
    made = pdf(pages=2)
    found = inspect_ours(made)
    assert (found.kind, found.data, found.pages) == (Kind.PDF, made, 2)
    for wrong, error in (
        (picture("PNG"), errors.UnknownKind),
        (b"", errors.Empty),
        (made[:60], errors.Damaged),
    ):
        with pytest.raises(error):
            inspect_ours(wrong)


def test_sizes_are_refused_before_anything_is_read() -> None:
    check_size(LARGEST_BYTES)
    with pytest.raises(errors.TooLarge):
        check_size(200_000_000)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.sampled_from([pdf(), picture("PNG"), picture("JPEG"), office()]), st.data())
def test_a_broken_file_is_taken_or_refused_and_never_breaks_us(data: bytes, chance: st.DataObject) -> None:
    broken = bytearray(data)
    for _ in range(chance.draw(st.integers(1, 8))):
        broken[chance.draw(st.integers(0, len(broken) - 1))] = chance.draw(st.integers(0, 255))
    cut = chance.draw(st.integers(0, len(broken)))
    for one in (bytes(broken), bytes(broken[:cut])):
        with suppress(Invalid):
            assert inspect(one).data


@given(st.text(max_size=300), st.sampled_from(list(Kind)))
@example("../../etc/passwd", Kind.PDF)
@example("C:\\windows\\system32\\a.exe", Kind.PNG)
@example("\u202egpj.exe", Kind.JPEG)
@example(".", Kind.PDF)
@example("a" * 500 + ".pdf", Kind.PDF)
def test_names_are_safe(name: str, kind: Kind) -> None:
    safe = safe_name(name, kind)
    assert safe.endswith(f".{kind.extension}")
    assert len(safe) <= LONGEST_NAME
    assert not set(safe) & set('/\\<>:"|?*\n\r\0\u202e')
    assert not safe.startswith(".")
    assert safe_name(safe, kind) == safe


def test_names_keep_what_a_person_wrote() -> None:
    assert safe_name("C:\\照片\\营业执照 (副本).JPG", Kind.JPEG) == "营业执照 (副本).jpg"
    assert safe_name("合同.v2.pdf", Kind.PDF) == "合同.v2.pdf"
    assert safe_name("photo.png", Kind.JPEG) == "photo.jpg"
    assert safe_name("", Kind.PDF) == "文件.pdf"

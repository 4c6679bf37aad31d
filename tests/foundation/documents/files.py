"""Files to hand in: good ones and wicked ones, made here."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import Image


def pdf(*extra: str, pages: int = 1, catalog: str = "", tail: bytes = b"") -> bytes:
    """A plain PDF; ``extra`` are further objects from number ``pages + 3`` on, ``catalog`` more of the root."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
    ]
    objects += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"] * pages
    return assembled([one.encode() for one in [*objects, *extra]]) + tail


def assembled(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def bomb_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few kilobytes that say they are 3,600 million points."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def office(kind: str = "docx", **parts: bytes) -> bytes:
    """An office file; parts by name, with ``__`` for a slash. It tells no time: it is the same in every process."""
    out = io.BytesIO()
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    main = "word/document.xml" if kind == "docx" else "xl/workbook.xml"
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", main: b"<x/>", **named}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pdf_bomb() -> bytes:
    """An object stream of 300 MB in 300 KB, where the catalog should be."""
    packed = packed_blanks(b"4 0 ", millions=300)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    body = b"%PDF-1.7\n1 0 obj\n" + stream + packed + b"\nendstream\nendobj\n"
    # A table of contents (as a stream) that says: object 4 is the first in object stream 1.
    rows = b"".join([row(0, 0, 255), row(1, 9, 0), row(1, len(body), 0), row(0, 0, 0), row(2, 1, 0)])
    table = b"<< /Type /XRef /Size 5 /W [1 4 1] /Root 4 0 R /Length %d >>\nstream\n" % len(rows)
    return body + b"2 0 obj\n" + table + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def packed_blanks(head: bytes, millions: int) -> bytes:
    """What ``zlib.compress`` makes of a head and millions of blanks: one million is packed, and said again."""
    blanks, check = b" " * 1_000_000, zlib.adler32(head)
    packer = zlib.compressobj(9)
    packed = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    packed += (packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)) * millions
    for _ in range(millions):
        check = zlib.adler32(blanks, check)
    return packed + packer.flush()[:-4] + check.to_bytes(4, "big")


def row(kind: int, second: int, third: int) -> bytes:
    return bytes([kind]) + second.to_bytes(4, "big") + bytes([third])

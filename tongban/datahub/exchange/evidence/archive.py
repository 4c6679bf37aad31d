"""A ZIP whose every byte follows from what is in it: whoever changes one has made another file. Pure.

Nothing is compressed, no moment and no owner is written (PKWARE APPNOTE 4.3), so a reader can write it again and compare.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

UTF8, STORED, NEEDED = 0x0800, 0, 20
MIDNIGHT, FIRST_DAY = 0, 0x21  # 1980-01-01 00:00
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
MOST_FILES, MOST_BYTES = 40, 4_000_000


class DamagedFile(ValueError):
    """A file in the archive is not what its check sum is of; ``name`` is the first."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PackedOtherwise(ValueError):
    """The archive can be read, and was not written by ``packed``; ``files`` are in it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__("not ours")
        self.files = files


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the archive of files, in their order."""
    body, directory = bytearray(), bytearray()
    for name, data in files.items():
        said = struct.pack("<HHHHHIIIHH", NEEDED, UTF8, STORED, MIDNIGHT, FIRST_DAY, zlib.crc32(data), len(data),
                           len(data), len(name.encode()), 0)  # fmt: skip
        directory += CENTRAL + struct.pack("<H", NEEDED) + said + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += name.encode()
        body += LOCAL + said + name.encode() + data
    count = len(files)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + END + end


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the files in an archive; raise DamagedFile, PackedOtherwise, or ValueError when it is, byte for byte, none of ours."""
    if len(data) > MOST_BYTES:
        raise ValueError("too large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_BYTES:
                raise ValueError("not ours")
            files = {one.filename: _read(archive, one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, struct.error, RuntimeError) as wrong:
        raise ValueError("no archive") from wrong
    if packed(files) != data:
        raise PackedOtherwise(files)
    return files


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type not in (STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("not ours")
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error) as wrong:
        raise DamagedFile(entry.filename) from wrong

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
    """Return the files in an archive; raise ValueError when it is not, byte for byte, one of ours."""
    if len(data) > MOST_BYTES:
        raise ValueError("too large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or any(one.compress_type != STORED for one in entries):
                raise ValueError("not ours")
            files = {one.filename: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, struct.error, RuntimeError) as wrong:
        raise ValueError("no archive") from wrong
    if packed(files) != data:
        raise ValueError("not ours")
    return files

"""Failures of documents by name; each sentence tells the person what to do."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.documents.types import LARGEST_BYTES, MOST_PAGES
from tongban.kernel.errors import Conflict, Invalid, NotFound


class NoSuchDocument(NotFound):
    """There is no such document, or it was erased."""

    def __init__(self) -> None:
        super().__init__("no-such-document", "没有这份文件，或文件已经销毁。")


class Empty(Invalid):
    """Nothing came in."""

    def __init__(self) -> None:
        super().__init__("file-empty", "文件是空的（0 字节），请重新选择。")


class TooLarge(Invalid):
    """More than is taken."""

    status = 413

    def __init__(self) -> None:
        megabytes = LARGEST_BYTES // 1024 // 1024
        super().__init__(
            "file-too-large",
            "文件超过 {megabytes} MB。请压缩图片，或者分成几个文件上传。",
            megabytes=megabytes,
        )


class UnknownKind(Invalid):
    """None of the kinds that are taken."""

    status = 415

    def __init__(self) -> None:
        super().__init__(
            "file-kind",
            "这种文件不能接收。请上传 PDF、JPG、PNG、DOCX 或 XLSX；苹果手机的 HEIC 照片请先存为 JPG。",
        )


class Damaged(Invalid):
    """It begins like a kind that is taken, and can not be read to the end."""

    def __init__(self) -> None:
        super().__init__("file-damaged", "文件已损坏，无法打开。请在自己的设备上打开确认后，重新保存再上传。")


class TooMuchInside(Invalid):
    """A small file that unfolds into a huge one, or a picture of too many points."""

    def __init__(self) -> None:
        super().__init__("file-unfolds", "文件展开后过大，不能接收。请降低分辨率或减少内容后再上传。")


class TooManyPages(Invalid):
    """A PDF of more pages than are taken."""

    def __init__(self) -> None:
        super().__init__("file-pages", "PDF 超过 {count} 页，请分成几个文件上传。", count=MOST_PAGES)


class Active(Invalid):
    """The file does something by itself: a script, a program, macros, an attachment."""

    def __init__(self) -> None:
        super().__init__(
            "file-active",
            "文件中含有脚本、宏、附件或可执行内容，不能接收。请“另存为”或“打印为 PDF”后再上传。",
        )


class Locked(Invalid):
    """A PDF or an office file with a password."""

    def __init__(self) -> None:
        super().__init__("file-locked", "文件设有密码，无法审阅。请去掉密码后再上传。")


class Infected(Invalid):
    """The scanner knows a virus in it."""

    def __init__(self, virus: str) -> None:
        super().__init__("file-infected", "文件中发现病毒（{virus}），已拒绝接收。", virus=virus)


class ScannerDown(Conflict):
    """The installation wants every file scanned, and the scanner does not answer."""

    status = 503

    def __init__(self) -> None:
        super().__init__("scanner-down", "病毒检查暂时不可用，文件没有被接收。请过几分钟再上传。")


class MustBeKept(Conflict):
    """The time of retention is not over."""

    def __init__(self, until: dt.date) -> None:
        super().__init__("must-be-kept", "文件须保存到 {until}，现在不能销毁。", until=until.isoformat())


class AnotherOwner(Conflict):
    """A new version can only replace a document of the same owner."""

    def __init__(self) -> None:
        super().__init__("another-owner", "只能替换同一申请人的文件。")

"""Bad uploads through the page: each refused with a sentence and its own status, or made harmless."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.channels.portal.test_apply import begun, cast, enter, mine, words
from tests.factories.cases import Cast
from tests.foundation.documents.files import bomb_png, pdf, picture
from tongban.channels.ui import middleware
from tongban.foundation.documents import queries as documents
from tongban.foundation.documents.models import Stored
from tongban.foundation.documents.types import LARGEST_BYTES

__all__ = ["cast", "enter", "mine"]
PAPER = {"paper": "food-licence--layout"}
INSIDE = b"<script>alert(1)</script>PK\x03\x04"


def give(client: Client, base: str, name: str, data: bytes) -> Any:
    # SimpleUploadedFile would clean the name; a browser that means harm does not.
    file = io.BytesIO(data)
    file.name = name
    return client.post(f"{base}/materials/give", PAPER | {"file": file})


@pytest.mark.parametrize(
    ("name", "data", "status", "sentence"),
    [
        ("说明.exe", b"MZ\x90\x00 not a picture", 415, "这种文件不能接收"),
        ("照片.pdf", b"GIF89a" + bytes(40), 415, "这种文件不能接收"),
        ("空.pdf", b"", 422, "文件是空的（0 字节）"),
        ("大.pdf", b"%PDF-1.7\n" + bytes(LARGEST_BYTES), 413, "文件超过 20 MB"),
        ("半张.png", picture()[:60], 422, "文件已损坏"),
        ("炸弹.png", bomb_png(), 422, "文件展开后过大"),
        ("活的.pdf", pdf(catalog="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), 422, "脚本"),
    ],
)
def test_what_can_not_be_taken_is_said_beside_the_paper(
    mine: Client, cast: Cast, name: str, data: bytes, status: int, sentence: str
) -> None:
    base = begun(mine, cast)
    answer = give(mine, base, name, data)
    page = words(answer)
    assert answer.status_code == status
    assert sentence in page and 'href="#paper-food-licence--layout"' in page and "请准备" in page
    assert not Stored.objects.exists()


def test_what_hides_behind_a_picture_is_gone(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    assert give(mine, base, "布局图.png", picture() + INSIDE).status_code == 303
    found = re.search(rf"{base}/materials/file/[0-9a-f-]+", words(mine.get(f"{base}/materials")))
    assert found
    sent = mine.get(found.group(0))
    assert sent["Content-Type"] == "image/png" and sent["X-Content-Type-Options"] == "nosniff"
    assert INSIDE not in sent.content and sent.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.png", "C:\\Windows\\a.png", "a\x00b.png", "x" * 400 + ".png"]
)
def test_a_path_in_the_name_leads_nowhere(mine: Client, cast: Cast, name: str) -> None:
    base = begun(mine, cast)
    assert give(mine, base, name, picture()).status_code == 303
    kept = documents.documents_of(cast.subject)[0].name
    assert not re.search(r"[/\\\x00]|\.\.", kept) and len(kept) <= 120
    shown = words(mine.get(f"{base}/materials"))
    assert "etc/passwd" not in shown and "Windows\\" not in shown
    file = re.search(rf"{base}/materials/file/[0-9a-f-]+", shown)
    assert file and "/" not in unquote(mine.get(file.group(0))["Content-Disposition"]).partition("''")[2]


def test_the_same_file_twice_is_kept_once_and_stands_at_both_papers(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    for _ in range(2):
        assert give(mine, base, "布局图.png", picture()).status_code == 303
    assert len({row.content_id for row in Stored.objects.all()}) == 1
    page = words(mine.get(f"{base}/materials"))
    assert page.count(f"{base}/materials/file/") == 1


def test_a_request_larger_than_any_file_is_refused_before_it_is_read(mine: Client, cast: Cast) -> None:
    base = begun(mine, cast)
    answer = mine.post(
        f"{base}/materials/give", {"file": SimpleUploadedFile("a.pdf", b"x")},
        CONTENT_LENGTH=str(middleware.LARGEST_REQUEST + 1),
    )  # fmt: skip
    assert answer.status_code == 413 and "一个文件不能超过 20 MB" in words(answer)

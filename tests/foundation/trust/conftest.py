from __future__ import annotations

import datetime as dt

import pytest
import typst

from tongban.foundation.trust import operations
from tongban.kernel.types import Actor

CLERK = Actor("staff", "z-17", "章")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def page() -> bytes:
    """One page of PDF/A, as licences are."""
    made = typst.compile(
        b'#set document(title: "Licence", date: datetime(year: 2026, month: 3, day: 2))\n= Licence\n"Tongban"',
        format="pdf",
        pdf_standards=["a-2b"],
    )
    assert isinstance(made, bytes)
    return made


@pytest.fixture
def seal(db: None) -> str:
    operations.make_seal(
        code="scjg",
        name="上海市市场监督管理局行政审批专用章",
        department="上海市市场监督管理局",
        by=CLERK,
        at=NOON,
    )
    return "scjg"

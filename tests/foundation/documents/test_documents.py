"""Documents on a real PostgreSQL: once, encrypted, versioned, kept, every reading recorded."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

import pytest
from django.db import IntegrityError

from tests.fakes.clamd import EICAR, FakeClamd
from tests.foundation.documents.files import pdf, picture
from tongban.foundation.documents import errors, operations, queries
from tongban.foundation.documents.models import Content, Stored
from tongban.foundation.documents.types import Document, Kind
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import Actor, Subject

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
LI = Subject("person", "li")
WANG = Subject("person", "wang")
CLERK = Actor("staff", "z-17")


def store(data: bytes = b"", owner: Subject = LI, **options: Any) -> Document:
    data = data or pdf()
    return operations.store(
        data=data,
        name=options.pop("name", "合同.pdf"),
        purpose=options.pop("purpose", "material"),
        owner=owner,
        by=Actor(owner.kind, owner.id),
        at=options.pop("at", NOON),
        **options,
    )


def acts(document: Document) -> list[str]:
    return [entry.act for entry in ledger.entries(Subject("document", str(document.id)))]


@pytest.mark.law("document-reading-recorded")
def test_a_document_comes_back_as_it_was_and_every_reading_is_recorded() -> None:
    document = store(name="../李四的合同.exe")
    assert (document.kind, document.pages, document.name) == (Kind.PDF, 1, "李四的合同.pdf")
    assert document.sha256 == hashlib.sha256(pdf()).hexdigest()
    data = queries.read(document.id, by=CLERK, purpose="审查", at=NOON)
    assert data == pdf() and len(data) == document.size
    assert acts(document) == ["document.read", "document.store"]
    entry = ledger.entries(Subject("document", str(document.id)))[0]
    assert (entry.by, entry.detail) == (CLERK, {"purpose": "审查"})
    assert queries.get(document.id) == document
    assert queries.find_many([document.id, uuid.uuid4()]) == {document.id: document}


def test_nothing_readable_lies_in_the_tables() -> None:
    store(name="李四身份证.pdf")
    row, content = Stored.objects.get(), Content.objects.get()
    assert "李四".encode() not in bytes(row.facts)
    assert b"%PDF" not in bytes(content.data)
    assert content.address != hashlib.sha256(pdf()).hexdigest()
    assert content.address == trust.keyed_digest("documents.content", pdf())


def test_the_same_content_is_stored_once_for_all() -> None:
    first, second, other = store(), store(owner=WANG, name="b.pdf"), store(pdf(pages=2))
    assert Content.objects.count() == 2
    assert first.id != second.id and first.sha256 == second.sha256 != other.sha256
    operations.erase(id=first.id, reason="withdrawn", by=CLERK, at=NOON)
    assert queries.read(second.id, by=CLERK, purpose="x", at=NOON) == pdf()
    operations.erase(id=second.id, reason="withdrawn", by=CLERK, at=NOON)
    assert Content.objects.count() == 1


def test_a_newer_version_replaces_and_the_older_stays() -> None:
    first = store()
    second = store(pdf(pages=2), replaces=first.id)
    third = store(pdf(pages=3), replaces=first.id)
    assert [one.version for one in queries.versions(second.id)] == [1, 2, 3]
    assert third.series == first.id
    with pytest.raises(errors.AnotherOwner):
        store(owner=WANG, replaces=first.id)
    with pytest.raises(errors.NoSuchDocument):
        store(replaces=uuid.uuid4())


def test_earlier_uploads_are_offered_to_their_owner_only() -> None:
    document, _ = store(purpose="licence"), store(pdf(pages=2))
    store(owner=WANG)
    assert len(queries.documents_of(LI)) == 2
    assert queries.documents_of(LI, purpose="licence") == (document,)


@pytest.mark.law("document-erased-when-due")
def test_what_must_be_kept_is_kept_until_its_day() -> None:
    document = store(retain_until=dt.date(2026, 3, 31))
    with pytest.raises(errors.MustBeKept, match="2026-03-31"):
        operations.erase(id=document.id, reason="x", by=CLERK, at=NOON)
    last = dt.datetime(2026, 3, 31, 15, 59, tzinfo=dt.UTC)
    assert operations.erase_due(by=CLERK, at=last) == 0
    # A minute later it is April in Shanghai.
    assert operations.erase_due(by=CLERK, at=last + dt.timedelta(minutes=1)) == 1
    with pytest.raises(errors.NoSuchDocument):
        queries.read(document.id, by=CLERK, purpose="x", at=NOON)
    assert queries.get(document.id).erased_at
    assert queries.documents_of(LI) == ()
    with pytest.raises(errors.NoSuchDocument):
        operations.erase(id=document.id, reason="x", by=CLERK, at=NOON)


def test_what_is_refused_leaves_nothing() -> None:
    with pytest.raises(errors.UnknownKind):
        store(b"MZ")
    assert not Stored.objects.exists() and not Content.objects.exists()
    with pytest.raises(errors.NoSuchDocument):
        queries.get(uuid.uuid4())


class TestScanner:
    def test_a_virus_is_refused_by_name(self, settings: Any) -> None:
        with FakeClamd() as clamd:
            settings.CLAMD = clamd.address
            store()
            assert clamd.scanned == [len(pdf())]
            with pytest.raises(errors.Infected, match="Eicar-Signature"):
                store(
                    pdf("(" + EICAR.decode().replace("\\", "\\\\").replace("(", "\\(") + ")") + b"%" + EICAR
                )
        assert Stored.objects.count() == 1

    @pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"\xff\xff\0"])
    def test_an_error_of_the_scanner_is_no_clean_bill(self, settings: Any, answer: bytes) -> None:
        with FakeClamd(answer or b"\0") as clamd:
            settings.CLAMD = clamd.address
            with pytest.raises(errors.ScannerDown):
                store()

    @pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.sock"])
    def test_a_scanner_that_is_down_takes_nothing_in(self, settings: Any, address: str) -> None:
        settings.CLAMD = address
        with pytest.raises(errors.ScannerDown):
            store(picture())


def changed(**values: object) -> Any:
    store()
    row = Stored.objects.get()
    row.pk = uuid.uuid4()
    row.series = row.pk
    row._state.adding = True
    for name, value in values.items():
        setattr(row, name, value)
    return row


def test_documents_version_once() -> None:
    first, second = store(), store(pdf(pages=2))
    with pytest.raises(IntegrityError, match="documents_version_once"):
        Stored.objects.filter(id=second.id).update(series=first.series)


def test_documents_erased_has_no_content() -> None:
    with pytest.raises(IntegrityError, match="documents_erased_has_no_content"):
        changed(erased_at=NOON).save()


def test_documents_not_empty() -> None:
    with pytest.raises(IntegrityError, match="documents_not_empty"):
        changed(size=0).save()

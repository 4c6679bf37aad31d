"""Revisions and files of what is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.factories.catalogue import NOW
from tongban.foundation.packs import models, operations, queries, rules
from tongban.kernel.digests import digest_of
from tongban.kernel.types import SYSTEM

DIGEST = digest_of("x")


def test_canonical_digest_does_not_depend_on_the_order_of_names() -> None:
    assert digest_of({"a": 1, "b": "市"}) == digest_of({"b": "市", "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": "1"})


def test_folder_digest_follows_content_names_and_reader(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "a.yaml").write_text("x", encoding="utf-8")
    (tmp_path / "README.md").write_text("not read", encoding="utf-8")
    files = rules.file_digests(tmp_path)
    assert list(files) == ["items/a.yaml"]
    assert rules.folder_digest(files, "1") != rules.folder_digest(files, "2")
    assert rules.folder_digest(files, "1") != rules.folder_digest(
        {"items/b.yaml": files["items/a.yaml"]}, "1"
    )


@pytest.mark.django_db
def test_revisions_are_read_back() -> None:
    assert (queries.current_number(), queries.find_current(), queries.loaded_digest()) == (0, None, "")
    number = operations.open_revision(act="load", digest=DIGEST, by=SYSTEM, at=NOW, why="首次")
    operations.open_revision(act="rollback", digest=DIGEST, by=SYSTEM, at=NOW, why="改错了")
    assert queries.current_number() > number
    assert queries.find_current().act == "rollback"
    assert [revision.why for revision in queries.revisions()] == ["改错了", "首次"]
    assert queries.loaded_digest() == DIGEST


@pytest.mark.django_db
def test_files_are_kept_as_last_loaded() -> None:
    number = operations.open_revision(act="load", digest=DIGEST, by=SYSTEM, at=NOW)
    operations.keep_files(files={"a": DIGEST, "b": DIGEST}, revision=number, by=SYSTEM, at=NOW)
    operations.keep_files(files={"b": digest_of("y")}, revision=number, by=SYSTEM, at=NOW)
    assert queries.loaded_files() == {"b": digest_of("y")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("pack_revision_digest_is_sha256", {"act": "load", "digest": "x"}),
        ("pack_revision_act_known", {"act": "other", "digest": DIGEST}),
    ],
)
def test_constraints_of_revisions(name: str, fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        operations.open_revision(**fields, by=SYSTEM, at=NOW)


@pytest.mark.django_db
def test_pack_file_digest_is_sha256() -> None:
    number = operations.open_revision(act="load", digest=DIGEST, by=SYSTEM, at=NOW)
    with pytest.raises(IntegrityError, match="pack_file_digest_is_sha256"), transaction.atomic():
        models.PackFile.objects.create(path="a", sha256="x", revision_id=number)


@pytest.mark.django_db
def test_all_of_an_act_is_of_one_revision_and_the_next_act_of_the_next() -> None:
    @queries.of_one_revision
    def act(publish: bool) -> tuple[int, int]:
        before = queries.current_number()
        if publish:
            operations.open_revision(act="load", digest=DIGEST, by=SYSTEM, at=NOW, why="另一次")
        return before, queries.current_number()

    assert act(True) == (0, 0)
    later = queries.current_number()
    assert later > 0
    assert act(False) == (later, later)

"""What the environment says about identity."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.kernel.errors import Invalid
from tongban.runtime import environment


def read(tmp_path: Path, **variables: str) -> environment.Environment:
    return environment.read({"TONGBAN_STATE": str(tmp_path / "state"), **variables}, root=tmp_path)


def test_a_pack_that_says_so_is_a_demonstration_unless_told_otherwise(tmp_path: Path) -> None:
    assert not read(tmp_path).demonstration
    head = tmp_path / "city/shanghai/city.yaml"
    head.parent.mkdir(parents=True)
    head.write_text("name: 样例市\n", "utf-8")
    assert not read(tmp_path).demonstration
    head.write_text("name: 样例市\ndemonstration: 这是演示。\n", "utf-8")
    assert read(tmp_path).demonstration
    assert not read(tmp_path, TONGBAN_DEMONSTRATION="no").demonstration


@pytest.mark.parametrize("name", ["TONGBAN_REAL_NAME_URL", "TONGBAN_BREACH_URL"])
def test_names_and_numbers_are_asked_about_over_https_only(tmp_path: Path, name: str) -> None:
    for fine in ("", "https://authority.example/v1/", "http://127.0.0.1:9000"):
        read(tmp_path, **{name: fine})
    for wrong in ("http://authority.example", "authority.example", "https://", "ftp://authority.example"):
        with pytest.raises(Invalid, match=name):
            read(tmp_path, **{name: wrong})

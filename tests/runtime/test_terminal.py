"""Who types a command works on the machine: they are nobody of the staff, whatever they are called."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path

import pytest

from tests.factories.city import TinyCity
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.clock import now
from tongban.kernel.types import Actor, Subject
from tongban.runtime.publishing import load_city
from tongban.runtime.terminal import actor


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setattr(getpass, "getuser", lambda: "root")
    return actor(argparse.Namespace(by=""))


def test_the_login_name_is_no_staff_code(root: Actor) -> None:
    assert root == Actor("operator", "root", "")


def test_a_name_may_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert actor(argparse.Namespace(by="  王  工 ")) == Actor("operator", "王 工", "王 工")


@pytest.mark.django_db
def test_an_operator_loads_a_city_and_changes_its_officers(root: Actor, tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    posts = city.yaml["government/posts.yaml"]["posts"]
    posts.append({"code": "system", "name": "系统管理员", "english": "System", "department": "office", "may": ["system-officer"]})  # fmt: skip
    staff = city.yaml["government/staff.yaml"]["staff"]
    staff.append({"code": "s-2", "name": "周芳（演示）", "posts": ["system"]})
    load_city(city.write(), by=root, at=now())
    assert identity.officers() == {"system-officer": ("s-2",)}
    staff[-1] = staff[-1] | {"code": "s-3"}
    assert load_city(city.write(), by=root, at=now()).is_new
    assert identity.officers() == {"system-officer": ("s-3",)}
    loads = [one for one in ledger.entries(Subject("city", "310000")) if one.act == "city.load"]
    assert {(one.by.kind, one.by.id) for one in loads} == {("operator", "root")}

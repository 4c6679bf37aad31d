"""``tongban node``: the directory listed, a node let in, and what is said when something is not as it has to be."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tongban.datahub.nodes import known, models, queries
from tongban.datahub.nodes.types import CITY
from tongban.foundation.ledger import operations as ledger
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, Failure, Invalid
from tongban.kernel.types import SYSTEM, Subject
from tongban.runtime import boot, environment
from tongban.runtime.cli import parser
from tongban.runtime.database import name_of
from tongban.runtime.nodes.alone import only_one

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def booted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    @contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(boot, "ready", ready)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    monkeypatch.setenv("TONGBAN_STATE", str(tmp_path))
    monkeypatch.delenv("TONGBAN_NODE", raising=False)
    known.forget()
    yield
    known.forget()


def run(*line: str) -> int:
    """Run a command; raise its Failure."""
    typed: argparse.Namespace = parser(["node"]).parse_args(["node", *line])
    return int(typed.func(typed))


def anchor(folder: Path) -> Path:
    file = folder / "city.json"
    assert run("anchor", str(file), "--host", "exchange.example:443", "--by", "keeper") == 0
    return file


def test_nothing_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    assert run("state") == 1
    said = capsys.readouterr().out
    assert "There are no nodes yet" in said
    assert "not a node yet" in said


def test_the_citys_anchor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(anchor(tmp_path).read_bytes())
    assert (said["code"], said["address"]) == (CITY, "http://127.0.0.1:8000")
    assert said["authorities"] == ["127.0.0.1:8000", "exchange.example:443", "this-node"]
    assert "BEGIN" not in json.dumps(said)  # nothing of a key but its public half
    assert run("list", "--json") == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)] == [CITY]
    assert run("state") == 0


def test_a_district_is_let_in_and_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = json.loads(anchor(tmp_path).read_bytes()) | {
        "code": "pudong",
        "name": "浦东新区",
        "members": ["pudong"],
    }
    file = tmp_path / "pudong.json"
    file.write_text(json.dumps(request))
    assert run("admit", str(file)) == 0
    assert "Node pudong is in the directory" in capsys.readouterr().out
    assert run("list") == 0
    assert "浦东新区" in capsys.readouterr().out
    assert run("retire", "pudong", "--reason", "撤并") == 0
    known.forget()
    assert queries.find_node("pudong") is None


def test_joining(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, request = anchor(tmp_path), tmp_path / "request.json"
    line = ["join", "浦东新区", "https://pudong.example", "--anchor", str(file), "--request", str(request)]
    with pytest.raises(Invalid, match="TONGBAN_NODE"):
        run(*line)
    models.Node.objects.update(is_here=False)  # the district's database is another
    known.forget()
    monkeypatch.setenv("TONGBAN_NODE", "pudong")
    assert run(*line, "--host", "10.0.0.1:8101") == 0
    said = json.loads(request.read_bytes())
    assert (said["code"], said["members"]) == ("pudong", ["pudong", "pudong-*"])
    assert said["authorities"] == ["pudong.example", "10.0.0.1:8101", "this-node"]


def test_a_node_that_is_cut_off_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anchor(tmp_path)
    models.Node.objects.update(is_here=False)
    models.Node.objects.create(
        code="pudong", name="x", address="http://x", public=b"x", root=b"r", is_here=True
    )
    standing = models.Standing.objects.create(node=CITY, fresh_at=clock.now())
    known.forget()
    assert run("state") == 0
    standing.fresh_at = clock.now() - dt.timedelta(days=2)
    standing.save()
    known.forget()
    capsys.readouterr()
    assert run("state", "--json") == 1
    assert json.loads(capsys.readouterr().out)["cut_off"] is True


def test_a_node_that_is_silent_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anchor(tmp_path)
    models.Node.objects.create(code="pudong", name="x", address="http://x", public=b"x", root=b"r")
    minutes = dt.timedelta(minutes=1)
    models.Standing.objects.create(node="pudong", fresh_at=clock.now() - 5 * minutes)
    known.forget()
    assert run("state") == 0
    models.Standing.objects.update(fresh_at=clock.now() - 15 * minutes)
    capsys.readouterr()
    assert run("state") == 1
    assert "WARNING: node pudong has not answered since" in capsys.readouterr().out
    assert run("state", "--json") == 1
    assert json.loads(capsys.readouterr().out)["silent"] == ["pudong"]
    models.Node.objects.filter(code="pudong").update(is_active=False)
    known.forget()
    assert run("state") == 0, "who was taken out is not missed"


def test_a_rewritten_ledger_is_told_loudly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    anchor(tmp_path)
    ledger.record(
        act="attestation.log_rewritten", subject=Subject("witness", "xuhui"), by=SYSTEM, at=clock.now()
    )
    assert run("state") == 1
    assert "WARNING: node xuhui" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line", [("admit", "none.json"), ("admit", "empty.json"), ("retire", CITY, "--reason", "x")]
)
def test_what_can_not_be_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.json").write_text("{}")
    with pytest.raises(Failure):
        run(*line)


def test_a_node_runs_once(tmp_path: Path) -> None:
    with (
        only_one(tmp_path, "pudong"),
        pytest.raises(Conflict, match="pudong"),
        only_one(tmp_path, "pudong"),
    ):
        pass
    with only_one(tmp_path, "pudong"):
        pass


def test_what_does_not_run_is_not_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("down", "pudong") == 1
    assert "not running" in capsys.readouterr().out


def test_a_node_has_a_database_and_secrets_of_its_own(tmp_path: Path) -> None:
    city = environment.read({"TONGBAN_STATE": str(tmp_path)})
    own = environment.read({"TONGBAN_STATE": str(tmp_path), "TONGBAN_NODE": "pu-dong"})
    assert (name_of(city), name_of(own)) == ("tongban", "tongban_node_pu_dong")
    assert city.master_key != own.master_key
    assert (tmp_path / "nodes" / "pu-dong" / "master-key").exists()


@pytest.mark.parametrize("code", ["Pudong", "../x", "浦东", "1a"])
def test_what_is_no_code(tmp_path: Path, code: str) -> None:
    with pytest.raises(Invalid, match="TONGBAN_NODE"):
        environment.read({"TONGBAN_STATE": str(tmp_path), "TONGBAN_NODE": code})

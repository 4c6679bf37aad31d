from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tongban.kernel.errors import Conflict
from tongban.runtime import cli
from tongban.runtime.environment import ROOT


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tongban", *arguments]
    return subprocess.run(
        line, capture_output=True, text=True, check=False, cwd=ROOT, env={"LANG": "C", **variables}
    )


@pytest.mark.slow
def test_help_lists_every_command() -> None:
    said = run("--help")
    assert said.returncode == 0
    for name in cli.command_names():
        assert f"\n    {name} " in said.stdout, name


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("db",), ("db", "nonsense")])
def test_wrong_use_is_2_with_no_traceback(arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert said.returncode == 2
    assert "usage: tongban" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(("language", "words"), [("en", "should be a port number"), ("zh", "改正后重新启动")])
def test_failure_is_one_sentence_in_the_readers_language(language: str, words: str) -> None:
    said = run("db", "url", TONGBAN_PORT="nonsense", TONGBAN_LANGUAGE=language)
    assert said.returncode == 1
    assert words in said.stderr
    assert "Traceback" not in said.stderr


def test_misspelt_language_is_said_in_english() -> None:
    said = run("db", "url", TONGBAN_LANGUAGE="klingon")
    assert said.returncode == 1
    assert "TONGBAN_LANGUAGE" in said.stderr
    assert "Traceback" not in said.stderr


def raising(error: BaseException) -> object:
    def func(arguments: object) -> int:
        raise error

    return func


@pytest.mark.parametrize(("error", "code"), [(Conflict("busy", "已停止。"), 1), (KeyboardInterrupt(), 130)])
def test_exit_codes(error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.runtime.cli.db.url", raising(error))
    assert cli.main(["db", "url"]) == code


@pytest.mark.parametrize(("found", "code"), [(0, 0), (3, 3), (BrokenPipeError(), 141)])
def test_what_was_found_counts_when_nobody_reads_to_the_end(
    found: int | BaseException, code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Gone(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

        def fileno(self) -> int:
            return file.fileno()

    answer = raising(found) if isinstance(found, BaseException) else lambda _: found
    monkeypatch.setattr("tongban.runtime.cli.db.url", answer)
    with (tmp_path / "out").open("wb") as file, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Gone())
        assert cli.main(["db", "url"]) == code


def test_only_the_typed_command_is_imported() -> None:
    program = "import sys; from tongban.runtime import cli; cli.parser(['db']); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = done.stdout.split()
    assert "tongban.runtime.cli.db" in loaded
    assert "django" not in loaded
    assert "psycopg" not in loaded

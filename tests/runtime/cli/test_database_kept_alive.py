"""A database that does not start again at once does not end the city: it is tried again."""

from __future__ import annotations

import os

import pytest

from tongban.kernel.errors import Invalid
from tongban.runtime import environment
from tongban.runtime.cli import run
from tongban.runtime.postgres import server


def test_what_does_not_start_is_said_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [
        Invalid("postgres-does-not-start", "pre-existing shared memory block is still in use"),
        True,
        False,
    ]

    def restart(cluster: object, port: int) -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)

    monkeypatch.setattr(server, "restart", restart)
    settings = environment.read({**os.environ, "DATABASE_URL": ""})
    for _ in range(3):
        run._keep_database_alive(settings, 5432)
    assert not answers
    assert "still in use" in capsys.readouterr().err

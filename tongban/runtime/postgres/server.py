"""Start, take over and stop the server of a cluster; make the cluster the first time."""

from __future__ import annotations

import fcntl
import locale
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.kernel.errors import Conflict, Invalid
from tongban.runtime.environment import kept_secret
from tongban.runtime.postgres.binaries import command, major_version, program
from tongban.runtime.postgres.cluster import (
    SUPERUSER,
    Account,
    Cluster,
    account_for,
    find_postmaster,
    is_alive,
)

START_SECONDS = 120
"""A machine that was switched off replays its log first; that may take a while."""
LETTING_GO_SECONDS = 20
IN_USE = b"pre-existing shared memory block"
STOP_SECONDS = 60
LOG_BYTES = 10_000_000

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path in a deep folder is longer than the 107 bytes a socket may have
    "max_connections": "200",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Only for tests: fast, and lost when the machine stops."""


@contextmanager
def used(cluster: Cluster) -> Iterator[Cluster]:
    """Keep the server running while the block runs; the last user of it stops it.

    Users are counted by a shared lock on a file, which the kernel lets go also after ``kill -9``.
    """
    _make_folder(cluster)
    with (cluster.folder / "users").open("ab") as users:
        with _starting_or_stopping(cluster):
            ensure(cluster)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield cluster
        finally:
            with _starting_or_stopping(cluster):
                if _is_last(users.fileno()):
                    _stop(cluster)


def restart(cluster: Cluster, port: int) -> bool:
    """Start the server again on its old port if it has died under its users; return whether it had."""
    if find_postmaster(cluster):
        return False
    with _starting_or_stopping(cluster):
        ensure(cluster, port)
    return True


def ensure(cluster: Cluster, port: int = 0) -> None:
    """Start the server unless it runs; make the cluster the first time; the caller holds the lock.

    Raises Conflict when the data was written by another major version, Invalid when it does not start.
    """
    account = account_for(cluster)
    if not (cluster.data / "PG_VERSION").exists():
        _initialise(cluster, account)
    _check_version(cluster)
    postmaster = find_postmaster(cluster)
    if postmaster is None:
        # PostgreSQL would trust a stale pid file whose number now belongs to another program.
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)
        _start_and_wait(cluster, account, port or _free_port())
    else:
        _wait_until_ready(cluster, postmaster.pid)


def stop(cluster: Cluster) -> bool:
    """Stop the server, whoever uses it; return whether one was running."""
    if not cluster.folder.exists():
        return False
    with _starting_or_stopping(cluster):
        return _stop(cluster)


def _stop(cluster: Cluster) -> bool:
    postmaster = find_postmaster(cluster)
    if postmaster is None:
        return False
    # “Fast”: open connections are closed, everything committed is on disk. Then “immediate”.
    for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5)):
        os.kill(postmaster.pid, how)
        if _wait_for_end(postmaster.pid, seconds):
            return True
    raise Conflict(
        "postgres-does-not-stop",
        "PostgreSQL（进程 {pid}）没有停止，详见 {log}。",
        pid=postmaster.pid,
        log=cluster.log,
    )


def _make_folder(cluster: Cluster) -> None:
    cluster.folder.mkdir(parents=True, exist_ok=True)
    account = account_for(cluster)
    kept_secret(cluster.password_file)
    for name in ("password", "lock", "users", "log"):
        path = cluster.folder / name
        path.touch(mode=0o600)
        _give(path, account)
    _give(cluster.folder, account)


def _give(path: Path, account: Account | None) -> None:
    if account is not None and path.stat().st_uid != account.uid:
        os.chown(path, account.uid, account.gid)


@contextmanager
def _starting_or_stopping(cluster: Cluster) -> Iterator[None]:
    """Let one process at a time start or stop the server; the others wait."""
    with (cluster.folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: int) -> bool:
    """Return whether nobody else holds the shared lock; ours is given up."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        fcntl.flock(users, fcntl.LOCK_UN)
    return True


def _initialise(cluster: Cluster, account: Account | None) -> None:
    """Make the data directory under another name and rename it, so that a half-made one is never used."""
    draft = cluster.folder / "data.new"
    if draft.exists():
        shutil.rmtree(draft)
    if cluster.data.exists():
        cluster.data.rmdir()
    draft.mkdir(mode=0o700)
    _give(draft, account)
    options = [
        *("-D", str(draft), "--username", SUPERUSER, "--pwfile", str(cluster.password_file)),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        # Trigrams still ask the system's locale what a letter is; under C no Chinese sign is one.
        f"--lc-ctype={_system_locale()}",
    ]
    if not cluster.durable:
        options.append("--no-sync")
    line = command([program("initdb"), *options], account, [draft])
    done = subprocess.run(
        line, capture_output=True, text=True, cwd="/", env=_plain_environment(), check=False
    )
    if done.returncode:
        raise _does_not_start(cluster, done.stderr or done.stdout)
    draft.rename(cluster.data)


def _system_locale() -> str:
    """Return a locale of this machine that knows Unicode's letters; C where there is none."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _check_version(cluster: Cluster) -> None:
    written = (cluster.data / "PG_VERSION").read_text("ascii").strip()
    if written != major_version():
        raise Conflict(
            "postgres-version",
            "{folder} 中的数据由 PostgreSQL {written} 写成，而现在安装的是 {installed}。"
            "数据没有被改动；升级步骤见 docs/operations/upgrade.md。",
            folder=cluster.folder,
            written=written,
            installed=major_version(),
        )


def _start_and_wait(cluster: Cluster, account: Account | None, port: int) -> None:
    """Start the server; what is left of one that was killed lets go of its memory a moment later."""
    deadline = time.monotonic() + LETTING_GO_SECONDS
    while True:
        before = cluster.log.stat().st_size
        try:
            _wait_until_ready(cluster, _start(cluster, account, port))
            return
        except Invalid:
            if IN_USE not in cluster.log.read_bytes()[before:] or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _start(cluster: Cluster, account: Account | None, port: int) -> int:
    settings = {**SETTINGS, **({} if cluster.durable else FORGETFUL), "port": str(port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    line = command([program("postgres"), "-D", str(cluster.data), *options], account, [cluster.data])
    if cluster.log.stat().st_size > LOG_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".old"))
    with cluster.log.open("ab") as log:
        # A session of its own: Ctrl-C in the terminal is for us, and we stop the server in good order.
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_plain_environment(),
            start_new_session=True,
        )
    process.returncode = 0  # it outlives this object on purpose; is_alive takes leave of it
    return process.pid


def _wait_until_ready(cluster: Cluster, pid: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and is_alive(pid):
        postmaster = find_postmaster(cluster)
        if postmaster and postmaster.is_ready:
            return
        time.sleep(0.02)
    raise _does_not_start(cluster, _tail(cluster.log))


def _wait_for_end(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _does_not_start(cluster: Cluster, output: str) -> Invalid:
    return Invalid(
        "postgres-does-not-start",
        "内置的 PostgreSQL 没有启动。日志 {log} 的最后几行：\n{output}",
        log=cluster.log,
        output="\n".join(output.strip().splitlines()[-8:]),
    )


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4000))
        return file.read().decode("utf-8", "replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _plain_environment() -> dict[str, str]:
    """The reader's PG… variables are for the clients; messages stay in one language for the log."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}

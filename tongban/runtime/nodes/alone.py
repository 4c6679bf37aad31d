"""That each node runs once: whoever serves it holds a lock in its folder, until its process ends, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.kernel.errors import N_, Conflict


@contextmanager
def only_one(folder: Path, code: str) -> Iterator[None]:
    """Keep a second server of the same node out; raise Conflict when there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("node-runs", N_("节点 {node} 已经在运行。"), node=code) from None
        yield

"""The social insurance centre's own program: told of companies, it keeps its register of employers by them (社会保险法 57).

It is what any department would write: it believes nobody but the node, does each change once, and answers when it is done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tongban.client.keys import NodeKey
from tongban.client.webhooks import Delivery, Event, permission, verified

DEPARTMENT, RESOURCE = "social-insurance-centre", "social-insurance-unit"
CONSUMER = "SH/GOV/district-social-insurance-centre/cases"
PATH = "/social-insurance-centre/companies"
INSURED, CLOSED = "正常参保", "已终止"
STATES = {"新设": INSURED, "变更": INSURED, "注销": CLOSED, "吊销": CLOSED}
"""What becomes of an employer by what has happened to the company."""
TABLES = """
CREATE TABLE IF NOT EXISTS done (source TEXT, id TEXT, PRIMARY KEY (source, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS employer (
    credit_code TEXT PRIMARY KEY, state TEXT NOT NULL, event TEXT NOT NULL, approved_on TEXT NOT NULL, place INTEGER NOT NULL);
"""
KEEP = "INSERT OR REPLACE INTO employer VALUES (?, ?, ?, ?, ?)"
WAIT_SECONDS = 30


class Employers:
    """The register of employers, in a file of its own."""

    def __init__(self, path: Path, node_keys: Callable[[], Collection[NodeKey]]) -> None:
        self._path, self._keys = path, node_keys
        with self._open() as database:
            database.executescript(TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            yield database
        finally:
            database.close()

    def welcome(self, url: str, headers: Sequence[tuple[str, str]]) -> dict[str, str]:
        """Return what lets the node tell changes here; raise NotGenuine for anybody else."""
        verified("OPTIONS", url, headers, b"", keys=self._keys())
        # Signed by the node's own key: whatever it calls itself is right.
        said = {name.lower(): value for name, value in headers}
        return permission(headers, origin=said.get("webhook-request-origin", ""))

    def take(self, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Delivery:
        """Do what a delivery tells, each change once; raise NotGenuine unless the node has sent it."""
        told = verified("POST", url, headers, body, keys=self._keys())
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            for event in told.events:
                new = database.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", event.key).rowcount
                if new:
                    _apply(database, event)
            database.execute("COMMIT")
        return told

    def state_of(self, credit_code: str) -> str:
        """Return what an employer is by the changes that were told; empty where none was."""
        with self._open() as database:
            found = database.execute(
                "SELECT state FROM employer WHERE credit_code = ?", (credit_code,)
            ).fetchone()
        return found[0] if found else ""

    def latest(self, most: int = 50) -> list[dict[str, object]]:
        """Return the employers that were changed last, the newest first."""
        names = ("credit-code", "state", "event", "approved-on", "position")
        with self._open() as database:
            rows = database.execute("SELECT * FROM employer ORDER BY place DESC LIMIT ?", (most,)).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]


def _apply(database: sqlite3.Connection, event: Event) -> None:
    said: Mapping[str, str] = event.data
    what = said.get("event", "")
    if what in STATES:
        database.execute(
            KEEP, (said["credit-code"], STATES[what], what, said.get("approved-on", ""), event.position)
        )

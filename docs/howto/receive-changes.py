#!/usr/bin/env python3
"""A department's receiver: takes changes by webhook, each with effect once. Python and `cryptography`, nothing else.

receive-changes.py PORT NODE-KEY.pem INBOX.db    (NODE-KEY.pem: what `tongban feed key` prints)
"""

import base64
import hashlib
import json
import re
import sqlite3
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

OLDEST = 300  # seconds
ADDRESS = {"@method", "@authority", "@path", "@query"}


def is_genuine(key, request, body):
    """Say whether the node has signed this very request (RFC 9421) and body (RFC 9530), just now."""
    said = request.headers.get("Signature-Input", "").removeprefix("sig=")
    value = re.fullmatch(r"sig=:([A-Za-z0-9+/=]+):", request.headers.get("Signature", ""))
    created = re.search(r";created=(\d+)", said)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    names = re.findall(r'"([^"]+)"', said.partition(")")[0])
    if not (value and created) or abs(time.time() - int(created[1])) > OLDEST or not set(names) >= ADDRESS:
        return False
    if body and ("content-digest" not in names or request.headers["Content-Digest"] != f"sha-256=:{digest}:"):
        return False
    path, _, query = request.path.partition("?")
    parts = {
        "@method": request.command,
        "@authority": request.headers["Host"],
        "@path": path,
        "@query": f"?{query}",
    }
    lines = [f'"{name}": {parts[name] if name in parts else request.headers.get(name, "")}' for name in names]
    base = "\n".join([*lines, f'"@signature-params": {said}']).encode()
    r_and_s = base64.b64decode(value[1])
    numbers = (int.from_bytes(half, "big") for half in (r_and_s[:32], r_and_s[32:]))
    try:
        key.verify(encode_dss_signature(*numbers), base, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


class Inbox:
    """What came: an event is done once, by its source and id, however often it is delivered or replayed."""

    def __init__(self, path):
        self.path = path
        with self.open() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS inbox (source, id, PRIMARY KEY (source, id)) WITHOUT ROWID"
            )
            database.execute("CREATE TABLE IF NOT EXISTS resident (row PRIMARY KEY, data)")

    @contextmanager
    def open(self):
        """Give the database in a transaction: all of it stands, or nothing."""
        database = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
        finally:
            database.close()

    def take(self, events):
        """Do what is new, and remember it, in one transaction: both happen or neither."""
        with self.open() as database:
            for event in events:
                seen = database.execute(
                    "INSERT OR IGNORE INTO inbox VALUES (?, ?)", (event["source"], event["id"])
                )
                if seen.rowcount:
                    self.apply(database, event)

    def apply(self, database, event):
        """Your own: what a change means here. Fields that a change leaves out stay as they were."""
        row, data = event["subject"], event["data"]
        if event["type"] == "tongban.row.removed":
            database.execute("DELETE FROM resident WHERE row = ?", (row,))
            return
        before = database.execute("SELECT data FROM resident WHERE row = ?", (row,)).fetchone()
        merged = {**json.loads(before[0] if before else "{}"), **data}
        database.execute(
            "INSERT OR REPLACE INTO resident VALUES (?, ?)", (row, json.dumps(merged, ensure_ascii=False))
        )


def handler(key, inbox):
    """Return what answers requests: to the node whose key this is, and to nobody else."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps the connection open

        def do_OPTIONS(self):
            """Say that this address wants to be told, to the node that asks and to no other."""
            if is_genuine(key, self, b""):
                self.answer(200, **{"WebHook-Allowed-Origin": self.headers["WebHook-Request-Origin"]})
            else:
                self.answer(403)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not (body and is_genuine(key, self, body)):
                self.answer(401)
                return
            said = json.loads(body)
            inbox.take(said if isinstance(said, list) else [said])
            self.answer(204)  # only now: what is not answered so comes again

        def answer(self, status, **headers):
            self.send_response(status)
            for name, value in (headers | {"Content-Length": "0"}).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            pass

    return Handler


if __name__ == "__main__":
    port, pem, path = sys.argv[1:]
    with open(pem, "rb") as file:
        node = load_pem_public_key(file.read())
    ThreadingHTTPServer(("127.0.0.1", int(port)), handler(node, Inbox(path))).serve_forever()

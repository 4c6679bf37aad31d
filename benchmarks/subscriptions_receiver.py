"""A department's webhook, as small as it can be: takes batches of events, notes when each came, tells it when asked.

``GET /report`` answers with ``[id, nanoseconds from publishing to arrival]`` of every event; ``GET /forget`` forgets them.
"""

from __future__ import annotations

import json
import socketserver
import sys
import threading
import time

CAME: list[tuple[int, int]] = []
LOCK = threading.Lock()


class Handler(socketserver.StreamRequestHandler):
    """One connection, kept open."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        while line := self.rfile.readline():
            method, path, _ = line.split(b" ", 2)
            size = 0
            while (header := self.rfile.readline()).strip():
                name, _, value = header.partition(b":")
                size = int(value) if name.lower() == b"content-length" else size
            self.answer(method, path, self.rfile.read(size))

    def answer(self, method: bytes, path: bytes, body: bytes) -> None:
        if method == b"POST":
            take(body, time.time_ns())
            self.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        elif method == b"OPTIONS":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nWebHook-Allowed-Origin: *\r\nContent-Length: 0\r\n\r\n")
        else:
            with LOCK:
                said = json.dumps(CAME).encode() if path == b"/report" else b"[]"
                if path == b"/forget":
                    CAME.clear()
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said)


def take(body: bytes, now: int) -> None:
    """Note the events of a delivery: when each was published stands in its data."""
    came = [(int(event["id"]), now - int(event["data"]["address"])) for event in json.loads(body)]
    with LOCK:
        CAME.extend(came)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True


def main() -> None:
    with Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sys.stdin.read()  # until who started it ends


if __name__ == "__main__":
    main()

"""A list of breached passwords that is asked by ranges, as the public ones are."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.fakes import POLL


class FakeRanges:
    """Holds leaked passwords and answers with all suffixes of a prefix, padded with others of count 0."""

    def __init__(self, leaked: dict[str, int]) -> None:
        self.digests = {
            hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper(): count
            for word, count in leaked.items()
        }
        self.asked: list[str] = []
        self.status = 200
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/range"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.asked.append(self.path)
                prefix = self.path.rpartition("/")[2]
                lines = [
                    f"{digest[5:]}:{count}"
                    for digest, count in fake.digests.items()
                    if digest.startswith(prefix)
                ]
                text = "\r\n".join([f"{'0' * 35}:0", *lines, "nonsense"]).encode()
                self.send_response(fake.status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def ranges(leaked: dict[str, int]) -> Iterator[FakeRanges]:
    """Run the fake until the block ends."""
    fake = FakeRanges(leaked)
    thread = threading.Thread(target=fake.server.serve_forever, args=(POLL,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.server.shutdown()
        fake.server.server_close()
        thread.join()

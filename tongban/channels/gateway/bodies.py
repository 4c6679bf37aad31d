"""Receiving a request's body: no more than a call may send, and not by every thread at once.

A thread that waits for somebody's body answers nobody else, and neither WSGI nor the server gives it a limit of time: a proxy
in front that takes in bodies whole does (``docs/reference/gateway.md``). Without one, half of the threads are left for calls
that send none.
"""

from __future__ import annotations

import threading
from typing import Any

from tongban.datahub.exchange.errors import ProviderFailed, TooLarge

MOST_BYTES = 10_000_000
AT_ONCE = 3
"""Bodies that are waited for in a process: half of the threads that one of pages has, fewer of a node's."""
MOMENT = 0.05
"""What another one is waited with for a place: most bodies are there with their headers."""
PLACES = threading.BoundedSemaphore(AT_ONCE)


def body_of(environ: dict[str, Any]) -> bytes:
    """Return the body of a request as WSGI gives it.

    Raises TooLarge before reading what is announced as too much, or after reading that much; ProviderFailed, busy, when
    too many others are slow.
    """
    said = environ.get("CONTENT_LENGTH", "")
    if said.isdigit() and int(said) > MOST_BYTES:
        raise TooLarge(MOST_BYTES)
    if said in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    if not PLACES.acquire(timeout=MOMENT):
        raise ProviderFailed("ServiceFailed.Busy")
    try:
        # No more than is announced: some servers wait for what does not come.
        body: bytes = environ["wsgi.input"].read(int(said) if said.isdigit() else MOST_BYTES + 1)
    finally:
        PLACES.release()
    if len(body) > MOST_BYTES:
        raise TooLarge(MOST_BYTES)
    return body

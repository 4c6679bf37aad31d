"""Reading a request as WSGI gives it."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from tongban.channels.gateway.authority import checked
from tongban.foundation.http_signatures.types import Message

CALLS = re.compile(r"/r[0-9]+/")
PLAIN = re.compile(r"[A-Za-z0-9!$&'()*+,;=:@\-._~/]*")
THE_MACHINES = frozenset(os.environ)
"""What the server mixes into every request from the machine's environment is no header, whatever it is called."""
SAFE = "!$&'()*+,;=:@-._~/"


@lru_cache(maxsize=1000)
def _header(name: str) -> str:
    """Return the header that WSGI names so, nothing for what is no header."""
    return name[5:].replace("_", "-").lower() if name.startswith("HTTP_") else ""


def is_call(path: str) -> bool:
    """Return whether a path is the exchange's, in whatever version of the protocol."""
    return path.startswith("/r") and CALLS.match(path) is not None


def message_of(environ: dict[str, Any]) -> tuple[Message, str]:
    """Return the request as its signature sees it, and its path, percent-decoded; raise NotThisHost.

    WSGI has decoded the path; it is encoded again as RFC 3986 has it at its shortest. A caller who signs another form
    of the same path (``%41`` for A) is told that the signature does not fit.
    """
    headers = {header: environ[name] for name in environ.keys() - THE_MACHINES if (header := _header(name))}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if name in environ:
            headers[name.replace("_", "-").lower()] = environ[name]
    path: str = environ["PATH_INFO"]
    is_plain = PLAIN.fullmatch(path) is not None
    message = Message(
        headers=headers,
        method=environ["REQUEST_METHOD"],
        scheme=environ["wsgi.url_scheme"],
        authority=checked(environ.get("HTTP_HOST", "")),
        path=path if is_plain else quote(path.encode("latin-1", "replace"), safe=SAFE),
        query=environ.get("QUERY_STRING", ""),
    )
    return message, path if is_plain else path.encode("latin-1", "replace").decode("utf-8", "replace")


def language_of(environ: dict[str, Any]) -> str:
    """Return the language in which failures are said: English where it is asked for first."""
    return "en" if environ.get("HTTP_ACCEPT_LANGUAGE", "").lower().startswith("en") else "zh"

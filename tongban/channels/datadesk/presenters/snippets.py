"""Lines to copy: how a system's sandbox is asked by curl and openssl, and from Python."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

KEY = "test-key.pem"
NO_ID = "KEY-ID"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: at which node, as which system of the sandbox, with the key of which id."""

    site: str
    system: str
    key: str

    def by_curl(self, path: str, *, before: str = "", after: str = "") -> str:
        """Return a command that asks a node's path; ``before`` sets variables, ``after`` is for curl."""
        parts = (
            f"{before}docs/howto/signed-call.sh {KEY}",
            self.key or NO_ID,
            self.system,
            f'"{self.site}{path}"{after}',
        )
        return " \\\n  ".join(parts)


@dataclass(frozen=True, slots=True)
class Question:
    """What a service of the sandbox is asked: the path after its code, and parameters."""

    service: str
    path: str
    params: dict[str, str]


def call_by_curl(caller: Caller, asked: Question) -> str:
    """Return a command that asks a service of the sandbox."""
    query = f"?{urlencode(asked.params)}" if asked.params else ""
    return caller.by_curl(f"/r1/{asked.service}{asked.path}{query}", before="ISSUE=TEST-1 ")


def call_by_python(caller: Caller, asked: Question) -> str:
    """Return a program that asks a service of the sandbox."""
    return f"""from pathlib import Path
from tongban.client import Client

client = Client("{caller.site}", "{caller.system}", Path("{KEY}"))
answer = client.call(
    "{asked.service}",
    path={asked.path!r},
    params={asked.params!r},
    issue="TEST-1",
)
print(answer.rows)"""


def feed_by_curl(caller: Caller, feed: str) -> tuple[str, str, str]:
    """Return commands that pull changes of a feed of the sandbox, list its files, and go on with one of them."""
    place = f"/feeds/{feed}"
    return (
        caller.by_curl(f"{place}/changes?after=0&limit=5"),
        caller.by_curl(f"{place}/files"),
        caller.by_curl(f"{place}/files/ID", after=" -C - -o test.csv"),
    )

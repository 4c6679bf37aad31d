"""The words of message signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ED25519 = "ed25519"
ECDSA_P256 = "ecdsa-p256-sha256"
SM2 = "x-sm2-sm3"
"""SM2 with SM3 (GB/T 32918, GB/T 32905). No registered name exists; ours says that it is private."""
ALGORITHMS = (ED25519, ECDSA_P256, SM2)
STATUS = "@status"


@dataclass(slots=True)  # not frozen: made with every call, three times as fast
class Message:
    """A request, or a response when it has a ``status``.

    ``path`` and ``query`` are as sent, still percent-encoded, the query without its question mark; header names are in
    lower case and several lines of one name joined by “, ” (RFC 9421 2.1).
    """

    headers: Mapping[str, str]
    method: str = ""
    scheme: str = "https"
    authority: str = ""
    path: str = "/"
    query: str = ""
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A public key: raw 32 bytes (Ed25519), or an uncompressed point of 65 (P-256, SM2)."""

    id: str
    algorithm: str
    public: bytes


@dataclass(slots=True)  # not frozen: made with every call, three times as fast
class Signed:
    """A signature as read, not yet verified.

    ``components`` are identifiers as they stand in the base, quotes and parameters included; ``parameters`` is the
    value of ``@signature-params``; moments are seconds since 1970.
    """

    label: str
    components: tuple[str, ...]
    parameters: str
    value: bytes
    key: str | None = None
    created: int | None = None
    expires: int | None = None
    nonce: str | None = None
    algorithm: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a signature has to be like to be relied upon.

    ``covered``: names that have to be among the components; ``prefixes``: every header whose name begins so has to be
    covered when it is there; ``oldest`` and ``ahead`` are seconds.
    """

    covered: tuple[str, ...] = ("@method", "@authority", "@path", "@query")
    prefixes: tuple[str, ...] = ()
    oldest: int = 300
    ahead: int = 60
    needs_nonce: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """The one signature that is wanted; ``components`` are names without quotes: ``@status`` and headers."""

    label: str
    components: tuple[str, ...]
    key: str = ""
    algorithm: str = ""
    nonce: str = ""
    tag: str = ""

    def over(self, present: Iterable[str], always: Iterable[str]) -> tuple[str, ...]:
        """Return what to sign of an answer with these headers: what is wanted and there, and what always counts."""
        has = {STATUS, *present}
        return tuple(dict.fromkeys(name for name in (*self.components, *always) if name in has))


def joined(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers by their name in lower case, several lines of one name joined in their order."""
    headers: dict[str, str] = {}
    for name, value in lines:
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers

"""How a head becomes bytes to be signed, and evidence a file. Pure."""

from __future__ import annotations

import base64
import datetime as dt
import json
import struct
import uuid
from typing import Any

from tongban.foundation.attestation.types import Evidence, SignedHead
from tongban.foundation.ledger.types import Entry, Head, Proof
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor, Subject

FORMAT = "tongban-ledger-evidence-1"
VERSION, TREE_HASH = 0, 1
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def signed_bytes(head: Head, at: dt.datetime) -> bytes:
    """Return what is signed: version, type, milliseconds since 1970, size, root. RFC 6962 section 3.5."""
    return struct.pack(">BBQQ", VERSION, TREE_HASH, milliseconds(at), head.size) + head.root


def milliseconds(at: dt.datetime) -> int:
    """Return a moment as it is signed."""
    return (at - EPOCH) // dt.timedelta(milliseconds=1)


def to_file(evidence: Evidence, root: bytes) -> dict[str, Any]:
    """Return evidence as JSON, with the root certificate that its signature leads to."""
    entry, signed = evidence.entry, evidence.signed
    return {
        "format": FORMAT,
        "record": {
            "id": str(entry.id),
            "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "by": {"kind": entry.by.kind, "id": entry.by.id, "name": entry.by.name},
            "act": entry.act,
            "subject": {"kind": entry.subject.kind, "id": entry.subject.id},
            "detail": entry.detail,
        },
        "number": evidence.proof.number,
        "path": [one.hex() for one in evidence.proof.path],
        "head": {
            "size": signed.head.size,
            "root": signed.head.root.hex(),
            "at": milliseconds(signed.at),
            "suite": signed.suite,
            "signature": _text(signed.signature),
            "certificate": _text(signed.certificate),
        },
        "root_certificate": _text(root),
    }


def from_file(text: str | bytes) -> tuple[Evidence, bytes]:
    """Return the evidence in a file and the root certificate it names; raise Invalid when it is no such file."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise ValueError(said["format"])
        record, head = said["record"], said["head"]
        entry = Entry(
            uuid.UUID(record["id"]),
            int(said["number"]),
            dt.datetime.fromisoformat(record["at"]),
            Actor(record["by"]["kind"], record["by"]["id"], record["by"]["name"]),
            record["act"],
            Subject(record["subject"]["kind"], record["subject"]["id"]),
            record["detail"],
        )
        top = Head(int(head["size"]), bytes.fromhex(head["root"]))
        at = EPOCH + dt.timedelta(milliseconds=head["at"])
        signed = SignedHead(top, at, head["suite"], _bytes(head["certificate"]), _bytes(head["signature"]))
        path = tuple(bytes.fromhex(one) for one in said["path"])
        return Evidence(entry, Proof(int(said["number"]), b"", top, path), signed), _bytes(
            said["root_certificate"]
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as wrong:
        raise Invalid("no-evidence", N_("这不是本系统的存证文件，或者内容不完整。")) from wrong


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)

"""How a head becomes bytes to be signed, and evidence a file. Pure."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import struct
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.attestation.types import Cosignature, Evidence, Growth, SignedHead
from tongban.foundation.ledger import tree
from tongban.foundation.ledger.types import Entry, Head, Opening, Proof
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor, Subject

FORMAT = "tongban-ledger-evidence-1"
VERSION, TREE_HASH = 0, 1
COSIGNED = b"tongban cosignature 1\n"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def signed_bytes(head: Head, at: dt.datetime) -> bytes:
    """Return what is signed: version, type, milliseconds since 1970, size, root. RFC 6962 section 3.5."""
    return struct.pack(">BBQQ", VERSION, TREE_HASH, milliseconds(at), head.size) + head.root


def stamped_bytes(signed: SignedHead) -> bytes:
    """Return what a time stamp is over: the head as signed, and its signature."""
    return signed_bytes(signed.head, signed.at) + signed.signature


def cosigned_bytes(signed: SignedHead, at: dt.datetime) -> bytes:
    """Return what a witness signs: when it does, whose head it is (the certificate's digest), and the head as signed."""
    said = struct.pack(">Q", milliseconds(at)) + hashlib.sha256(signed.certificate).digest()
    return COSIGNED + said + signed_bytes(signed.head, signed.at)


def continues(size: int, root: bytes, growth: Growth) -> bool:
    """Return whether the growth shows that the tree with this root at this size only grew; an empty one always did."""
    head = growth.signed.head
    if size == 0:
        return head.size > 0
    return growth.since == size and tree.is_consistent(size, head.size, root, head.root, growth.path)


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate, hexadecimal."""
    return hashlib.sha256(certificate).hexdigest()


def milliseconds(at: dt.datetime) -> int:
    """Return a moment as it is signed."""
    return (at - EPOCH) // dt.timedelta(milliseconds=1)


def to_file(evidence: Evidence, root: bytes) -> dict[str, Any]:
    """Return evidence as JSON, with the root certificate that its signature leads to."""
    entry, signed = evidence.entry, evidence.signed
    shown = [{"kind": one.kind, "id": one.id, "value": one.value} for one in evidence.openings]
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
        "head": said_head(signed),
        "root_certificate": _text(root),
    } | ({"openings": shown} if shown else {})


def from_file(text: str | bytes) -> tuple[Evidence, bytes]:
    """Return the evidence in a file and the root certificate it names; raise Invalid when it is no such file."""
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise ValueError(said["format"])
        record, signed = said["record"], read_head(said["head"])
        entry = Entry(
            uuid.UUID(record["id"]),
            int(said["number"]),
            dt.datetime.fromisoformat(record["at"]),
            Actor(record["by"]["kind"], record["by"]["id"], record["by"]["name"]),
            record["act"],
            Subject(record["subject"]["kind"], record["subject"]["id"]),
            record["detail"],
        )
        path = tuple(bytes.fromhex(one) for one in said["path"])
        proof = Proof(int(said["number"]), b"", signed.head, path)
        openings = tuple(Opening(one["kind"], one["id"], one["value"]) for one in said.get("openings", ()))
        return Evidence(entry, proof, signed, openings), _bytes(said["root_certificate"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as wrong:
        raise Invalid("no-evidence", N_("这不是本系统的存证文件，或者内容不完整。")) from wrong


def said_head(signed: SignedHead) -> dict[str, Any]:
    """Return a signed head as JSON."""
    return {
        "size": signed.head.size,
        "root": signed.head.root.hex(),
        "at": milliseconds(signed.at),
        "suite": signed.suite,
        "signature": _text(signed.signature),
        "certificate": _text(signed.certificate),
    }


def read_head(said: Mapping[str, Any]) -> SignedHead:
    """Return the signed head that JSON says; raise ValueError, KeyError or TypeError when it is none."""
    top = Head(int(said["size"]), bytes.fromhex(said["root"]))
    at = EPOCH + dt.timedelta(milliseconds=said["at"])
    return SignedHead(top, at, said["suite"], _bytes(said["certificate"]), _bytes(said["signature"]))


def said_growth(growth: Growth) -> dict[str, Any]:
    """Return as JSON what a witness is shown."""
    path = [one.hex() for one in growth.path]
    return {"head": said_head(growth.signed), "since": growth.since, "path": path}


def read_growth(said: Mapping[str, Any]) -> Growth:
    """Return what a witness is shown, from JSON; raise ValueError, KeyError or TypeError when it is nothing such."""
    path = tuple(bytes.fromhex(one) for one in said["path"])
    return Growth(read_head(said["head"]), int(said["since"]), path)


def said_cosignature(made: Cosignature) -> dict[str, Any]:
    """Return a witness's signature as JSON."""
    return {
        "at": milliseconds(made.at),
        "suite": made.suite,
        "signature": _text(made.signature),
        "certificate": _text(made.certificate),
    }


def read_cosignature(said: Mapping[str, Any]) -> Cosignature:
    """Return a witness's signature from JSON; raise ValueError, KeyError or TypeError when it is none."""
    at = EPOCH + dt.timedelta(milliseconds=said["at"])
    return Cosignature(at, said["suite"], _bytes(said["certificate"]), _bytes(said["signature"]))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)

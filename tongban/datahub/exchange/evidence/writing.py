"""The files of a container, from what is on record."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.datahub.exchange import leaves, models
from tongban.datahub.exchange.errors import ContentPurged, ExchangeUnknown
from tongban.datahub.exchange.evidence.manifest import ASIC_E, MIMETYPE
from tongban.datahub.exchange.queries.proving import sealed_of
from tongban.datahub.exchange.rules import sealing, telling
from tongban.datahub.exchange.types import Kind, Sealed
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.attestation.errors import NotAttested
from tongban.foundation.attestation.types import SignedHead
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Entry
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import Subject

FORMAT = "tongban-exchange-evidence-1"
REGISTERED, LEARNED = "exchange.key_registered", "exchange.key_learned"
"""Here, or at another node, which told it."""
README = """\
一次数据交换的存证 Evidence of one exchange of data

request.txt       调用方签名的原文 what the caller signed (RFC 9421)
request.sig       调用方的签名 the caller's signature; absent when the call came by mutual TLS
key.bin           调用方的公钥或证书 the caller's public key: 32 bytes (Ed25519), a point (P-256, SM2), or its certificate
exchange.json     调用与答复的记录，及其在批次中的位置 the records of call and answer, and their places in their batches
registration.json 公钥登记在账本中的证明 that the key was registered, as the ledger has it
call.json         调用批次在账本中的证明 that the batch of the call is in the ledger
answer.json       答复批次在账本中的证明 that the batch of the answer is in the ledger
head.tsr          签名账本根的时间戳 time stamp (RFC 3161) over the signed head of the ledger
witnesses.json    其他节点对账本根的见证签名 other nodes' signatures over that head
root.der          根证书；请与城市公布的指纹核对 root certificate: compare it with the fingerprint that the city publishes

核验 To check:      tongban ledger verify FILE --root root.der
仅核验印章 The seal: openssl cms -verify -binary -inform DER -in META-INF/signature.p7s \\
                     -content META-INF/ASiCManifest.xml -CAfile root.pem -purpose any -out /dev/null
"""


def files_of(id: uuid.UUID, root: bytes, *, stamp: Any) -> dict[str, bytes]:
    """Return the files of an exchange's container but for manifest and seal.

    ``stamp`` makes a time stamp over bytes, for a head that has none yet. Raises ExchangeUnknown, NotAttested while it
    is not under a signed head, ContentPurged.
    """
    sealed = sealed_of(id)
    if Kind.CALL not in sealed:
        raise NotAttested if statements.one(leaves.OF_ID[Kind.CALL], [id]) else ExchangeUnknown(str(id))
    rows = {kind: _row(kind, id, place) for kind, (place, _) in sealed.items()}
    key = models.Key.objects.get(number=rows[Kind.CALL]["frame"]["key"])
    entries = {"registration": _registration(key.id)}
    entries |= {kind.value: _entry(place.entry) for kind, (place, _) in sealed.items()}
    signed, token = _head(entries, stamp)
    proofs = {f"{name}.json": _proof(entry.id, signed, root) for name, entry in entries.items()}
    said = {
        "format": FORMAT,
        "key": {"id": key.id, "subsystem": key.subsystem_id, "algorithm": key.algorithm},
        **{kind.value: row for kind, row in rows.items()},
    }
    return {
        MIMETYPE: ASIC_E,
        "README.txt": README.encode(),
        "exchange.json": _json(said),
        **_request(id, bytes(key.public)),
        **proofs,
        "head.tsr": token,
        "witnesses.json": _json(_witnesses(signed)),
        "root.der": root,
    }


def _row(kind: Kind, id: uuid.UUID, sealed: Sealed) -> dict[str, Any]:
    frame, content, is_purged = statements.one(leaves.ROW[kind], [id]) or ("[]", "[]", True)
    if is_purged:
        raise ContentPurged(str(id))
    salt = sealing.salt(leaves.key(), id.bytes)
    return telling.said_row(json.loads(frame), json.loads(content), salt, sealed)


def _request(id: uuid.UUID, public: bytes) -> dict[str, bytes]:
    kept, signature = models.Record.objects.filter(id=id).values_list("signed", "signature").get()
    files = {"request.txt": trust.decrypt("exchange.signed", bytes(kept)), "key.bin": public}
    return files | ({"request.sig": bytes(signature)} if signature else {})


def _registration(key: str) -> Entry:
    for entry in ledger.entries(Subject("exchange-key", key)):
        if entry.act in (REGISTERED, LEARNED):
            return entry
    raise NotAttested


def _entry(id: uuid.UUID) -> Entry:
    entry = ledger.find_entry(id)
    if entry is None:
        raise NotAttested
    return entry


def _head(entries: Mapping[str, Entry], stamp: Any) -> tuple[SignedHead, bytes]:
    """Return the head of the first day that was stamped with all of it, or the newest, with its time stamp."""
    if any(entry.number is None for entry in entries.values()):
        raise NotAttested
    daily = attestation.stamp_over(max(entry.number or 0 for entry in entries.values()))
    signed = attestation.head_of_size(daily.size) if daily else attestation.latest_head()
    if signed is None:
        raise NotAttested
    return signed, daily.token if daily else stamp(attestation.stamped_bytes(signed))


def _proof(id: uuid.UUID, signed: SignedHead, root: bytes) -> bytes:
    return _json(attestation.to_file(attestation.evidence(id, signed), root))


def _witnesses(signed: SignedHead) -> list[dict[str, object]]:
    return [
        {
            "code": one.witness.code,
            "name": one.witness.name,
            "root": base64.b64encode(one.witness.root).decode(),
            "cosignature": attestation.said_cosignature(one.cosignature),
        }
        for one in attestation.cosignatures(signed.head.size)
    ]


def _json(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, indent=1).encode()

"""Whether a container holds, on any machine: every step from the caller's signature to the time stamp, and what it proves.

Nothing is believed because the container says it: what is not proved by a signature or a hash is not told.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from tongban.datahub.exchange.errors import ContainerChanged, ContainerRepacked, NoContainer
from tongban.datahub.exchange.evidence import archive, reading
from tongban.datahub.exchange.evidence.manifest import (
    ASIC_E,
    MANIFEST,
    MIMETYPE,
    SEAL,
    first_other,
    manifest_of,
)
from tongban.datahub.exchange.evidence.writing import FORMAT, LEARNED, REGISTERED
from tongban.datahub.exchange.rules import sealing, telling
from tongban.datahub.exchange.types import EvidenceFindings, Kind, Outcome, Said
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.attestation.types import Evidence
from tongban.foundation.http_signatures import queries as signatures
from tongban.foundation.http_signatures.types import Key
from tongban.foundation.trust import queries as trust
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Failure

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CERTIFICATE = "tls-certificate"
BROKEN_SEAL = N_("文件上的印章不对：内容在盖章之后被改动过，或者印章不是由所信任的根证书签发的。")
BROKEN_FILE = N_("{file} 与盖章的清单不符：它被改动过，或者被拿掉了。")
BROKEN_LEDGER = N_("账本证明不成立：{file} 与签名的账本对不上。")
BROKEN_ROW = N_("记录与账本中的批次对不上：{kind}。")
BROKEN_KEY = N_("密钥与账本中登记的不是同一个，或者登记在调用之后。")
BROKEN_SIGNATURE = N_("调用方的签名不成立，或者签名的内容与记录不是同一次调用。")
BROKEN_STAMP = N_("账本根没有可信的时间戳。")
BROKEN_WITNESS = N_("见证方“{name}”的签名不对。")
BROKEN_FORM = N_("存证文件缺少必要的内容。")
SEALED_BY = N_("本文件由“{who}”于 {at} 盖章，此后没有一个字节被改动。")
REGISTERED_AS = N_("密钥 {key} 于 {at} 登记给系统 {subsystem}，登记是账本第 {number} 条。")
LEARNED_AS = N_("密钥 {key} 属于系统 {subsystem}，由该系统所在的节点于 {at} 告知，记为账本第 {number} 条。")
SIGNED = N_("系统 {subsystem} 用这个密钥签名，于 {at} 请求了 {path}；请求原文见 request.txt。")
CONNECTED = N_(
    "系统 {subsystem} 于 {at} 通过双向 TLS 连接请求了 {path}；它没有签名，请求原文以本平台的保存为准。"
)
RECORDED = N_("平台于 {at} 记录了这次调用，依据授权 {grant}；记录在账本第 {number} 条的第 {batch} 批中。")
RELAYED = N_(
    "平台于 {at} 记录了这次调用，并转交提供方所在的节点，由那里授权；记录在账本第 {number} 条的第 {batch} 批中。"
)
REFUSED = N_("平台于 {at} 记录并拒绝了这次调用（{outcome}）；记录在账本第 {number} 条的第 {batch} 批中。")
ANSWERED = N_(
    "提供方的答复：状态 {status}，{size} 字节，SHA-256 为 {digest}；在账本第 {number} 条的第 {batch} 批中。"
)
UNANSWERED = N_("没有答复的记录。")
HEAD = N_("账本共 {size} 条，根 {root}，由账本密钥于 {at} 签名，时间戳证明它不晚于 {stamped}。")
WITNESSED = N_("节点“{name}”见证了同一个账本根（根证书指纹 {root}）。")


class _Broken(Exception):
    """Something does not hold; what, as a sentence."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.said = Said(sentence, values)


def check(data: bytes, root: bytes | None = None) -> EvidenceFindings:
    """Return what a container proves, under this root certificate or the one it names. No database, no network.

    Raises NoContainer when it is none, or not byte for byte as containers are made: ContainerChanged and ContainerRepacked
    say how.
    """
    try:
        files = _unpacked(data)
        trusted = files["root.der"] if root is None else root
        said = json.loads(files["exchange.json"])
        id = str(said["call"]["frame"]["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoContainer from None
    try:
        proves, problem = tuple(_proved(files, said, trusted)), None
    except _Broken as broken:
        proves, problem = (), broken.said
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, Failure):
        proves, problem = (), Said(BROKEN_FORM)
    return EvidenceFindings(id, proves, telling.fingerprint(trusted), problem)


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        return archive.unpacked(data)
    except archive.DamagedFile as damaged:
        raise ContainerChanged(damaged.name) from None
    except archive.PackedOtherwise as other:
        if MANIFEST not in other.files:
            raise NoContainer from None
        if name := first_other(other.files):
            raise ContainerChanged(name) from None
        raise ContainerRepacked from None


def _proved(files: Mapping[str, bytes], said: Mapping[str, Any], root: bytes) -> Iterator[Said]:
    yield _sealed(files, root)
    registration = _evidence(files, "registration.json", root)
    yield _registered(said, registration, files["key.bin"])
    yield _asked(said, files)
    yield _recorded(said, _in_ledger(Kind.CALL, files, said, root))
    if Kind.ANSWER.value in said:
        yield _answered(said, _in_ledger(Kind.ANSWER, files, said, root))
    else:
        yield Said(UNANSWERED)
    yield _stamped(registration, files["head.tsr"], root)
    yield from _witnessed(registration, json.loads(files["witnesses.json"]))


def _sealed(files: Mapping[str, bytes], root: bytes) -> Said:
    if name := MIMETYPE if files[MIMETYPE] != ASIC_E else first_other(files):
        raise _Broken(BROKEN_FILE, file=name)
    if json.loads(files["exchange.json"])["format"] != FORMAT:
        raise _Broken(BROKEN_FORM)
    seal = trust.check_sealed(files[MANIFEST], files[SEAL], root)
    if files[MANIFEST] != manifest_of(files) or not seal.is_good:
        raise _Broken(BROKEN_SEAL)
    return Said(SEALED_BY, {"who": seal.who, "at": _shown(seal.signed_at)})


def _evidence(files: Mapping[str, bytes], name: str, root: bytes) -> Evidence:
    """Return a record of the ledger with its proof; all of them have to be under one head."""
    evidence, _ = attestation.from_file(files[name])
    first, _ = attestation.from_file(files["registration.json"])
    if attestation.check(evidence, root).problem or evidence.signed != first.signed:
        raise _Broken(BROKEN_LEDGER, file=name)
    return evidence


def _registered(said: Mapping[str, Any], evidence: Evidence, public: bytes) -> Said:
    entry, key = evidence.entry, said["key"]
    holds = (
        entry.act in (REGISTERED, LEARNED)
        and (entry.subject.kind, entry.subject.id) == ("exchange-key", key["id"])
        and signatures.key_id(public) == key["id"]
        and entry.detail["subsystem"] == key["subsystem"] == said["call"]["frame"]["consumer"]
        and entry.detail["algorithm"] == key["algorithm"]
        and entry.at <= _moment(said["call"]["frame"]["at"])
    )
    if not holds:
        raise _Broken(BROKEN_KEY)
    values = {"key": key["id"], "subsystem": key["subsystem"], "number": evidence.proof.number}
    return Said(REGISTERED_AS if entry.act == REGISTERED else LEARNED_AS, values | {"at": _shown(entry.at)})


def _asked(said: Mapping[str, Any], files: Mapping[str, bytes]) -> Said:
    key, frame, base = said["key"], said["call"]["frame"], files["request.txt"]
    signature = files.get("request.sig", b"")
    is_connected = key["algorithm"] == CERTIFICATE
    asked = reading.read(base)
    where = f"/r1/{frame['provider']}/{frame['service']}"
    path = unquote(asked.path)
    holds = (
        said["call"]["content"]["signature"] == signature.hex()
        and (asked.client, asked.nonce, asked.key) == (frame["consumer"], frame["nonce"], key["id"])
        and asked.created * 1_000_000 == frame["signed_at"]
        and (path == where or path.startswith(f"{where}/"))
        and (
            is_connected
            or signatures.is_signed(Key(key["id"], key["algorithm"], files["key.bin"]), base, signature)
        )
    )
    if not holds:
        raise _Broken(BROKEN_SIGNATURE)
    at = _shown(_moment(frame["signed_at"]))
    return Said(
        CONNECTED if is_connected else SIGNED, {"subsystem": frame["consumer"], "at": at, "path": where}
    )


def _in_ledger(kind: Kind, files: Mapping[str, bytes], said: Mapping[str, Any], root: bytes) -> Evidence:
    """Return the ledger's record that says the batch of a row."""
    evidence, row = _evidence(files, f"{kind.value}.json", root), said[kind.value]
    is_said = row["batch"] in sealing.batches_in(evidence.entry.detail)
    if evidence.entry.act != "exchange.sealed" or not is_said or not telling.is_in_batch(kind, row):
        raise _Broken(BROKEN_ROW, kind=kind.value)
    if row["batch"]["kind"] != kind.value:
        raise _Broken(BROKEN_ROW, kind=kind.value)
    return evidence


def _recorded(said: Mapping[str, Any], evidence: Evidence) -> Said:
    frame, batch = said["call"]["frame"], said["call"]["batch"]["number"]
    values = {"at": _shown(_moment(frame["at"])), "number": evidence.proof.number, "batch": batch}
    if frame["outcome"] == Outcome.RELAYED.value:
        return Said(RELAYED, values)
    if frame["outcome"]:
        return Said(REFUSED, values | {"outcome": frame["outcome"]})
    return Said(RECORDED, values | {"grant": frame["grant"]})


def _answered(said: Mapping[str, Any], evidence: Evidence) -> Said:
    frame, row = said["answer"]["frame"], said["answer"]
    if frame["id"] != said["call"]["frame"]["id"]:
        raise _Broken(BROKEN_ROW, kind=Kind.ANSWER.value)
    values = {"status": frame["status"], "size": frame["size"], "digest": row["content"]["digest"]}
    return Said(ANSWERED, values | {"number": evidence.proof.number, "batch": row["batch"]["number"]})


def _stamped(evidence: Evidence, token: bytes, root: bytes) -> Said:
    signed = evidence.signed
    at = attestation.stamped_at(signed, token, root)
    if at is None:
        raise _Broken(BROKEN_STAMP)
    values = {"size": signed.head.size, "root": signed.head.root.hex(), "at": _shown(signed.at)}
    return Said(HEAD, values | {"stamped": _shown(at)})


def _witnessed(evidence: Evidence, said: list[dict[str, Any]]) -> Iterator[Said]:
    for one in said:
        root = base64.b64decode(one["root"], validate=True)
        if not attestation.is_cosigned(
            evidence.signed, attestation.read_cosignature(one["cosignature"]), root
        ):
            raise _Broken(BROKEN_WITNESS, name=one["name"])
        yield Said(WITNESSED, {"name": one["name"], "root": telling.fingerprint(root)})


def _moment(micros: int) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=micros)


def _shown(at: dt.datetime | None) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else ""

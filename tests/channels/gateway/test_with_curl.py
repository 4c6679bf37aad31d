"""A client that is not ours: curl and openssl, as docs/howto/signed-call.sh uses them, over a socket."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.factories import exchange
from tongban.datahub.exchange import operations
from tongban.kernel import clock
from tongban.runtime.environment import ROOT
from tongban.runtime.pem import read_public_key

SCRIPT = ROOT / "docs" / "howto" / "signed-call.sh"
TOOLS = ("curl", "openssl", "base64")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}"),
]


def run(*line: str) -> str:
    told = {**os.environ, "ISSUE": "SH2026-1"}
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True, env=told)
    return done.stdout


@pytest.mark.slow
def test_curl_and_openssl_call_a_service(address: str, tmp_path: Path) -> None:
    private, public = tmp_path / "key.pem", tmp_path / "public.pem"
    run("openssl", "genpkey", "-algorithm", "ed25519", "-out", str(private))
    run("openssl", "pkey", "-in", str(private), "-pubout", "-out", str(public))
    exchange.make_service()
    exchange.make_grant()
    at = clock.now()
    operations.register_subsystem(code=exchange.CONSUMER, name="x", by=exchange.OFFICER, at=at)
    algorithm, raw = read_public_key(public)
    key = operations.register_key(
        subsystem=exchange.CONSUMER, algorithm=algorithm, public=raw, by=exchange.OFFICER, at=at
    )
    call = ("sh", str(SCRIPT), str(private), key, exchange.CONSUMER)
    said = run(*call, f"{address}{exchange.ADDRESS}?number=310101199001010014")
    head, _, body = said.partition("\n\n" if "\r\n\r\n" not in said else "\r\n\r\n")
    assert " 200 OK" in head
    assert json.loads(body) == {"rows": [{"number": "310101199001010014", "name": "张三"}]}
    assert "x-road-error: Client.InvalidRequest" in run(*call, f"{address}{exchange.ADDRESS}").replace(
        "X-Road-Error", "x-road-error"
    )


def test_keys_are_read_from_files(tmp_path: Path) -> None:
    from tongban.foundation.http_signatures.queries import is_public_key
    from tongban.kernel.errors import Invalid

    file = tmp_path / "key.pem"
    run(
        "openssl",
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-noout",
        "-out",
        str(tmp_path / "private.pem"),
    )
    run("openssl", "pkey", "-in", str(tmp_path / "private.pem"), "-pubout", "-out", str(file))
    algorithm, raw = read_public_key(file)
    assert (algorithm, len(raw), raw[:1]) == ("ecdsa-p256-sha256", 65, b"\x04")
    assert load_pem_public_key(file.read_bytes())
    run("openssl", "genpkey", "-algorithm", "SM2", "-out", str(tmp_path / "sm2.pem"))
    run("openssl", "pkey", "-in", str(tmp_path / "sm2.pem"), "-pubout", "-out", str(file))
    algorithm, raw = read_public_key(file)
    assert (algorithm, is_public_key(algorithm, raw)) == ("x-sm2-sm3", True)
    run("openssl", "ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", str(tmp_path / "other.pem"))
    run("openssl", "pkey", "-in", str(tmp_path / "other.pem"), "-pubout", "-out", str(tmp_path / "k1.pem"))
    for content in (
        b"",
        (tmp_path / "k1.pem").read_bytes(),
        base64.b64encode(raw),
        (tmp_path / "private.pem").read_bytes(),
    ):
        file.write_bytes(content)
        with pytest.raises(Invalid):
            read_public_key(file)

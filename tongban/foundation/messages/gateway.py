"""An SMS gateway over HTTP: ``https://key:secret@host/path``, each request signed, repetitions told by their id.

Operators differ in the names of their fields, not in what they need: who asks, when, a number used once, and a
proof over all of it and the body. A city whose operator speaks otherwise puts a translating proxy before it, or
writes its adapter beside this one: all that counts is ``Sender``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from urllib.parse import unquote, urlsplit

import requests

from tongban.foundation.messages.sending import Letter, Undeliverable
from tongban.kernel import clock

SECONDS = 10
LONGEST = 500
"""Characters: an operator cuts a longer text into many and takes money for each."""
NEVER = frozenset({"number-invalid", "number-blocked", "text-refused"})
"""Answers after which trying again does not help."""


class SmsGateway:
    """Sends text messages through an operator's gateway."""

    name = "sms-gateway"
    at_once = 1

    def __init__(self, url: str, sign: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        self._url = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()
        self._key, self._secret = unquote(parts.username or ""), unquote(parts.password or "")
        self._sign = sign

    def send(self, letter: Letter) -> str:
        """Hand the text to the gateway; raise Undeliverable, finally when the number or the text is refused."""
        body = self._body(letter)
        try:
            answer = requests.post(
                self._url, data=body, headers=self._headers(body), timeout=SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            # The name of the failure only: its text holds the address, with the key in it.
            raise Undeliverable(type(error).__name__, is_final=False) from None
        return _judged(answer)

    def _body(self, letter: Letter) -> bytes:
        text = f"【{self._sign}】{letter.body}"[:LONGEST]
        said = {"id": letter.id, "phone": letter.address, "text": text}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    def _headers(self, body: bytes) -> dict[str, str]:
        moment, nonce = str(int(clock.now().timestamp())), secrets.token_hex(16)
        proof = signature(self._secret, self._key, moment, nonce, body)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Key": self._key, "X-Time": moment, "X-Nonce": nonce, "X-Signature": proof,
        }  # fmt: skip


def signature(secret: str, key: str, moment: str, nonce: str, body: bytes) -> str:
    """Return the proof of a request: HMAC-SHA256 over key, time, nonce and the digest of the body."""
    said = "\n".join((key, moment, nonce, hashlib.sha256(body).hexdigest()))
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def _judged(answer: requests.Response) -> str:
    """Return the operator's number for the message; raise Undeliverable for anything but a plain yes."""
    try:
        said = answer.json()
        code, number = str(said["code"]), str(said.get("number", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Undeliverable(f"HTTP {answer.status_code}", is_final=False) from None
    if answer.status_code == 200 and code == "ok":
        return f"ok {number}".strip()
    raise Undeliverable(f"{answer.status_code} {code}", is_final=code in NEVER)

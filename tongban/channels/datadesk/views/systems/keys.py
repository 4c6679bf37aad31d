"""Keys of a system: pasted, looked at, registered, revoked; several are valid while one takes the other's place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.channels.datadesk.door import Officer, officer
from tongban.channels.datadesk.page import said
from tongban.channels.datadesk.views.systems import opened
from tongban.channels.ui import typed
from tongban.channels.ui.typed import Typed
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.types import CERTIFICATE, SubsystemKey
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure
from tongban.kernel.types import Actor

NEAR = dt.timedelta(days=30)
KINDS = {
    "ed25519": "Ed25519",
    "ecdsa-p256-sha256": "ECDSA P-256",
    "x-sm2-sm3": "SM2",
    CERTIFICATE: N_("客户端证书（双向 TLS）"),
}
STATES = {
    "green": N_("有效"),
    "amber": N_("快到期"),
    "stopped": N_("已吊销"),
    "done": N_("已过期"),
    "waiting": N_("还没到生效日"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A key with its light, how many days it has left, and when it was used last."""

    key: SubsystemKey
    light: str
    used_at: dt.datetime | None

    @property
    def is_valid(self) -> bool:
        """Return whether calls with it are taken."""
        return self.light in ("green", "amber")


@officer
def keys(request: HttpRequest, code: str) -> HttpResponse:
    """Show a system's keys; look at one that was pasted, and register it."""
    opened.seen(request, code)
    if request.method != "POST":
        return _page(request, code)
    who: Officer = request.officer  # type: ignore[attr-defined]
    form = typed.read(request)
    if form.get("act") == "look":
        return _looked(request, code, form)

    def again(form: Typed, **said: Any) -> HttpResponse:
        # What may be a private key is not sent back, not even to whom it came from.
        return _page(request, code, **said)

    return opened.acted(request, lambda form: _register(code, form, who.actor), again, code)


def _looked(request: HttpRequest, code: str, form: Typed) -> HttpResponse:
    try:
        return _page(request, code, form=form, pasted=queries.read_pasted(form.get("key")))
    except Failure as failure:
        return _page(request, code, wrong=said(request, failure), status=failure.status)


def _register(code: str, form: Typed, by: Actor) -> str:
    pasted, at = queries.read_pasted(form.get("key")), clock.now()
    if pasted.is_certificate:
        operations.register_certificate(subsystem=code, certificate=pasted.public, by=by, at=at)
    else:
        operations.register_key(
            subsystem=code, algorithm=pasted.algorithm, public=pasted.public, last_day=form.day_or_none("until"), by=by,
            at=at,
        )  # fmt: skip
    return "key"


@officer
def revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Revoke one of a system's keys, for a reason."""
    opened.seen(request, code)
    who: Officer = request.officer  # type: ignore[attr-defined]

    def act(form: Typed) -> str:
        key = form.get("id") if any(one.id == form.get("id") for one in queries.keys_of(code)) else ""
        operations.revoke_key(key=key, reason=form.get("why"), by=who.actor, at=clock.now())
        return "revoked"

    return opened.acted(request, act, lambda **said: _page(request, code, **said), code)


def _page(request: HttpRequest, code: str, *, status: int = 200, **said: Any) -> HttpResponse:
    at, used = clock.now(), queries.keys_used(code)
    rows = [Shown(one, light_of(one, at), used.get(one.id)) for one in queries.keys_of(code)]
    valid = [one for one in rows if one.is_valid]
    return opened.page(
        request, queries.get_subsystem(code), "", "datadesk/systems/keys.html", status=status, kinds=KINDS, states=STATES,
        rows=sorted(rows, key=lambda one: not one.is_valid), valid=valid, at=at, longest=queries.longest_day(at), **said,
    )  # fmt: skip


def light_of(key: SubsystemKey, at: dt.datetime) -> str:
    """Return the name of a key's light."""
    if key.revoked_at is not None:
        return "stopped"
    if key.valid_until <= at:
        return "done"
    if key.valid_from is not None and key.valid_from > at:
        return "waiting"
    return "amber" if key.valid_until - at < NEAR else "green"


urls = [
    path("data/systems/<subsystem:code>", keys),
    path("data/systems/<subsystem:code>/revoke", revoke),
]

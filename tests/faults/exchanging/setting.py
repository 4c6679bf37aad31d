"""A consumer with a key and grants for two services, made in the database of a city that runs."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ED25519

CONSUMER, PROVIDER = "SH/GOV/scjg/faults", "SH/GOV/gaj/faults"
INSTITUTION, COUNTED = "institution", "counted"
PER_DAY = 1_000_000
SETTING_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller needs: where the gateway is, and its key."""

    address: str
    key: str
    private: bytes

    def signer(self) -> signatures.PrivateKey:
        """Return the private key, to sign with."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.private)


def settle(address: str, database: str, state: Path, provider: str) -> Access:
    """Register, publish and grant in a process of its own, since this one may have a database of its own."""
    private, public = signatures.make_pair(ED25519)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_settle, args=(database, state, provider, public, sender)
    )
    process.start()
    try:
        if not receiver.poll(SETTING_SECONDS):
            raise RuntimeError("the services could not be set up; see above")
        return Access(address, receiver.recv(), private.private_bytes_raw())  # type: ignore[union-attr]
    finally:
        process.join(SETTING_SECONDS)
        process.kill()


def _settle(database: str, state: Path, provider: str, public: bytes, said: Any) -> None:
    os.environ |= {"DATABASE_URL": database, "TONGBAN_STATE": str(state)}
    from tongban.runtime import boot

    boot.set_up_django()
    from tongban.datahub.exchange import operations
    from tongban.datahub.exchange.types import Service, ServiceKind
    from tongban.kernel import clock
    from tongban.kernel.types import SYSTEM

    at = clock.now()
    for code in (CONSUMER, PROVIDER):
        operations.register_subsystem(code=code, name=code, by=SYSTEM, at=at)
    key = operations.register_key(subsystem=CONSUMER, algorithm=ED25519, public=public, by=SYSTEM, at=at)
    register = Service(
        PROVIDER, INSTITUTION, 0, ServiceKind.REGISTER, "public-institutions", "institution", ("name",)
    )
    counted = Service(
        PROVIDER, COUNTED, 0, ServiceKind.UPSTREAM, provider, "counted", seconds=2.0, most_bytes=100_000
    )
    for service in (register, counted):
        operations.publish_service(service=service, by=SYSTEM, at=at)
        _grant(service.code)
    said.send(key)


def _grant(service: str) -> None:
    from tongban.datahub.resources import models
    from tongban.kernel import clock

    at, today = clock.now(), clock.today()
    request = models.Request.objects.create(
        department="scjg", item="faults", material=service, wish={}, consumer=CONSUMER, state="granted", resource="faults",
        stated_at=at, answered_at=at,
    )  # fmt: skip
    models.Grant.objects.create(
        request=request, consumer=CONSUMER, provider=PROVIDER, service=service, resource="faults", fields=["name", "id"],
        purpose="核验", items=["faults"], material=service, basis="上海市数据条例 38", valid_from=today,
        until=today + dt.timedelta(days=30), per_day=PER_DAY,
    )  # fmt: skip

"""What ``tongban exchange`` does about the keys and certificates of systems."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import _programming, say
from tongban.runtime.pem import read_certificate, read_public_key
from tongban.runtime.terminal import actor, add_actor


def add_actions(actions: Any) -> None:
    """Register ``tongban exchange key``, ``certificate``, ``keys`` and ``revoke``."""
    key = actions.add_parser("key", help="register a subsystem's public key and print its id")
    key.add_argument("subsystem", help="INSTANCE/CLASS/MEMBER/SUBSYSTEM")
    key.add_argument("file", type=Path, help="public key in PEM or JWK: Ed25519, ECDSA on P-256, or SM2")
    key.add_argument("--name", default="", help="what people call the subsystem")
    key.add_argument(
        "--last-day",
        type=dt.date.fromisoformat,
        help="the day on which it counts last (default, and longest: two years)",
    )
    add_actor(key)
    key.set_defaults(func=register_key)
    certificate = actions.add_parser(
        "certificate", help="register a client certificate for mutual TLS and print its fingerprint"
    )
    certificate.add_argument("subsystem", help="INSTANCE/CLASS/MEMBER/SUBSYSTEM")
    certificate.add_argument("file", type=Path, help="certificate in PEM, from whichever authority")
    certificate.add_argument("--name", default="", help="what people call the subsystem")
    add_actor(certificate)
    certificate.set_defaults(func=register_certificate)
    keys = actions.add_parser(
        "keys", help="print a subsystem's keys and certificates, each with its last day"
    )
    keys.add_argument("subsystem", help="INSTANCE/CLASS/MEMBER/SUBSYSTEM")
    keys.set_defaults(func=print_keys)
    revoke = actions.add_parser("revoke", help="revoke a key or a certificate: its next call is refused")
    revoke.add_argument("key")
    revoke.add_argument("--reason", required=True)
    add_actor(revoke)
    revoke.set_defaults(func=revoke_key)


def register_key(arguments: argparse.Namespace) -> int:
    """Register a key, and its subsystem if need be."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        algorithm, public = read_public_key(arguments.file)
        by, at, code = actor(arguments), clock.now(), arguments.subsystem
        operations.register_subsystem(
            code=code, name=arguments.name or _programming.name_of(code), by=by, at=at
        )
        key = operations.register_key(
            subsystem=code, algorithm=algorithm, public=public, last_day=arguments.last_day, by=by, at=at
        )
        print(key)
    return 0


def print_keys(arguments: argparse.Namespace) -> int:
    """Print a subsystem's keys, the newest first: id, algorithm, last day, and when it was revoked."""
    with boot.ready():
        from tongban.datahub.exchange import queries

        keys = queries.keys_of(queries.get_subsystem(arguments.subsystem).code)
    for one in keys:
        revoked = one.revoked_at.astimezone(clock.SHANGHAI).date() if one.revoked_at else ""
        print(one.id, one.algorithm, one.last_day, revoked, sep="\t")
    return 0


def register_certificate(arguments: argparse.Namespace) -> int:
    """Register a client certificate, and its subsystem if need be."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        der = read_certificate(arguments.file)
        by, at, code = actor(arguments), clock.now(), arguments.subsystem
        operations.register_subsystem(
            code=code, name=arguments.name or _programming.name_of(code), by=by, at=at
        )
        print(operations.register_certificate(subsystem=code, certificate=der, by=by, at=at))
    return 0


def revoke_key(arguments: argparse.Namespace) -> int:
    """Revoke a key."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        operations.revoke_key(key=arguments.key, reason=arguments.reason, by=actor(arguments), at=clock.now())
    say(N_("密钥 {key} 已吊销。"), key=arguments.key)
    return 0

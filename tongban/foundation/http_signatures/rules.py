"""What a signature has to cover and how old it may be. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from tongban.foundation.http_signatures.errors import (
    CoversTooLittle,
    ParameterMissing,
    SignatureExpired,
    SignatureFromTheFuture,
    SignatureTooOld,
)
from tongban.foundation.http_signatures.types import Message, Policy, Signed

NONCE = re.compile(r"[A-Za-z0-9_.:+/=-]{8,64}")


def check_policy(message: Message, signed: Signed, policy: Policy, moment: float) -> None:
    """Return when the signature covers what counts and is of now; ``moment`` is seconds since 1970.

    Raise CoversTooLittle, ParameterMissing, or as ``check_window`` does.
    """
    check_parameters(signed, policy)
    check_window(signed, policy, moment)
    check_coverage(message, signed.components, policy)


def check_parameters(signed: Signed, policy: Policy) -> None:
    """Raise ParameterMissing without key, moment, or the number used once that replays are known by."""
    if not signed.key:
        raise ParameterMissing("keyid")
    if signed.created is None:
        raise ParameterMissing("created")
    if policy.needs_nonce and not NONCE.fullmatch(signed.nonce or ""):
        raise ParameterMissing("nonce")


def check_window(signed: Signed, policy: Policy, moment: float) -> None:
    """Raise SignatureTooOld, SignatureExpired or SignatureFromTheFuture when the signature is not of now."""
    age = int(moment) - (signed.created or 0)
    if age > policy.oldest:
        raise SignatureTooOld(age)
    if signed.expires is not None and moment >= signed.expires:
        raise SignatureExpired
    if -age > policy.ahead:
        raise SignatureFromTheFuture(-age)


def check_coverage(message: Message, components: tuple[str, ...], policy: Policy) -> None:
    """Raise CoversTooLittle for the first part that counts and is not signed."""
    missing = _missing(components, frozenset(message.headers), policy)
    if missing is not None:
        raise CoversTooLittle(missing)


@lru_cache(maxsize=1000)
def _missing(components: tuple[str, ...], headers: frozenset[str], policy: Policy) -> str | None:
    """Return what is not signed; a sender's messages are alike, so it is remembered."""
    counts = [name for name in sorted(headers) if policy.prefixes and name.startswith(policy.prefixes)]
    return next((name for name in (*policy.covered, *counts) if f'"{name}"' not in components), None)

"""Outside systems behind protocols: who knows real names, what registers hold, which passwords have leaked."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from tongban.foundation.identity.types import RealName, RegisterCompany, RegisterPerson


class RealNameAuthority(Protocol):
    """实名核验: says whether a name belongs to a number, and nothing else."""

    name: str

    def check(self, name: str, number: str) -> RealName:
        """Return the answer; raise AuthorityAway when there is none."""
        ...


class Registers(Protocol):
    """人口库、法人库: what they hold of one person or company."""

    def person(self, number: str) -> RegisterPerson | None:
        """Return what the population register holds of this number."""
        ...

    def company(self, credit_code: str) -> RegisterCompany | None:
        """Return what the register of legal entities holds of this code."""
        ...


class BreachedPasswords(Protocol):
    """Lists of passwords that have leaked."""

    def seen(self, password: str) -> int:
        """Return how often the password was seen in them; 0 is good."""
        ...


class _Installed:
    registers: Registers | None = None


def install_registers(registers: Registers | None) -> None:
    """Have a package above answer for the base registers; to be used at start (and in tests) only."""
    _Installed.registers = registers


def authority() -> RealNameAuthority:
    """Return the authority of this installation: the demonstration's, or the one at the configured address."""
    from tongban.foundation.identity.adapters import away, demonstration, http

    if settings.REAL_NAME_URL:
        return http.HttpAuthority(settings.REAL_NAME_URL, settings.REAL_NAME_KEY)
    return demonstration.DemonstrationAuthority() if settings.DEMONSTRATION else away.NoAuthority()


def registers() -> Registers:
    """Return who answers for the base registers."""
    from tongban.foundation.identity.adapters import away, demonstration, http

    if _Installed.registers is not None:
        return _Installed.registers
    if settings.REAL_NAME_URL:
        return http.HttpRegisters(settings.REAL_NAME_URL, settings.REAL_NAME_KEY)
    return demonstration.DemonstrationRegisters() if settings.DEMONSTRATION else away.NoRegisters()


def breached() -> BreachedPasswords:
    """Return the list of breached passwords: the bundled one, and a range service where one is configured."""
    from tongban.foundation.identity.adapters import passwords

    bundled = passwords.BundledList()
    return passwords.RangeService(settings.BREACH_URL, bundled) if settings.BREACH_URL else bundled

"""An installation that has no authority yet says so, and decides nothing."""

from __future__ import annotations

from tongban.foundation.identity.errors import AuthorityAway
from tongban.foundation.identity.types import RealName, RegisterCompany, RegisterPerson


class NoAuthority:
    """No authority is configured (TONGBAN_REAL_NAME_URL)."""

    name = ""

    def check(self, name: str, number: str) -> RealName:
        """Raise AuthorityAway."""
        raise AuthorityAway


class NoRegisters:
    """No register is connected: nothing is known beforehand, people fill in forms themselves."""

    def person(self, number: str) -> RegisterPerson | None:
        """Return None."""
        return None

    def company(self, credit_code: str) -> RegisterCompany | None:
        """Return None."""
        return None

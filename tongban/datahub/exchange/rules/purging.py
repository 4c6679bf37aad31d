"""When the content of an exchange may be taken out. Pure."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange.errors import KeptLonger, LawMissing
from tongban.kernel.law import law, names_article

YEARS = 3


@law(
    "exchange-kept-three-years",
    basis="网络数据安全管理条例 12；个人信息保护法 56；网络安全法 21",
    says="The record of an exchange is kept whole for three years at least; only then may its content go",
)
def check_may_purge(before: dt.datetime, law: str, at: dt.datetime) -> None:
    """Raise KeptLonger when something younger than three years would go, LawMissing when no law and article are named."""
    if not names_article(law):
        raise LawMissing
    if before > kept_until(at):
        raise KeptLonger(kept_until(at).date())


def kept_until(at: dt.datetime) -> dt.datetime:
    """Return the moment three years before; of the 29th of February the 28th."""
    try:
        return at.replace(year=at.year - YEARS)
    except ValueError:
        return at.replace(year=at.year - YEARS, day=28)

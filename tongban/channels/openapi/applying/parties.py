"""For whom a token is good, and for whom else one could ask for one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from tongban.channels.openapi.applying.records import Kind
from tongban.channels.openapi.bearer import bearer_of
from tongban.channels.openapi.promises import promises
from tongban.foundation.identity import queries as identity
from tongban.kernel import clock
from tongban.kernel.errors import N_

router = Router(tags=["applying"])

FOR_ITEM: Any = Query(None, max_length=80, description=N_("只要可以代办这个事项的；事项的代码"))


class Party(BaseModel):
    """Somebody whom the person may act for."""

    kind: Kind
    id: str
    name: str
    via: str = Field(description="self, representative, mandate or guardian")
    items: list[str] | None = Field(description="The items that the right reaches; null for all")
    until: dt.date | None
    granted: bool = Field(description="This token is for them; for any other, ask for another token")


@router.get(
    "/my/parties", response=list[Party], operation_id="list_parties", summary=N_("可以为谁办"),
    description=N_("本人、您任法定代表人的企业、委托您的人、您监护的人。一个令牌只管一方：granted 为 true 的那一方。"),
)  # fmt: skip
@promises(scope="cases:read")
def list_parties(request: HttpRequest, item: str | None = FOR_ITEM) -> list[Party]:
    """Whom the person may act for; a token for somebody else tells of nobody but them."""
    bearer = bearer_of(request)
    options = identity.acting_options(bearer.person, item=item, at=clock.now())
    is_own = bearer.party == options[0].party if options else False
    return [
        Party(
            kind=one.party.kind, id=one.party.id, name=one.name, via=one.via,  # type: ignore[arg-type]
            items=sorted(one.items) if one.items is not None else None, until=one.until, granted=one.party == bearer.party,
        )
        for one in options
        if is_own or one.party == bearer.party
    ]  # fmt: skip

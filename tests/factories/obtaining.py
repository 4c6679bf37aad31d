"""A department that has a paper of the small city: a resource, its register here, a demand that was granted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.factories.cases import LOADED
from tongban.datahub.exchange import known
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange.types import Asked, Row, Service, ServiceKind
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources.types import DataTheme, Demand, LegalBasis, Resource, System, Wish
from tongban.kernel.types import SYSTEM

POPULATION = "SH/GOV/police/population"
CASES = "SH/GOV/market/cases"
RESOURCE = "population-basic"
LAW = {"law": "国务院关于在线政务服务的若干规定", "article": "7"}


@dataclass
class Register:
    """What the department's register answers, and by what it was asked; an exception is raised instead."""

    rows: Sequence[Row] | Callable[[Asked], Sequence[Row]] | Exception = ()
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Sequence[Row]:
        self.asked.append(asked)
        if isinstance(self.rows, Exception):
            raise self.rows
        return self.rows(asked) if callable(self.rows) else self.rows


def holder(asked: Asked) -> list[Row]:
    """Answer about whoever is asked for, with more than was granted."""
    return [{"id-number": asked.parameters["id-number"], "name": "林晓雯", "secret": "不给"}]


def list_data(*demands: Demand) -> None:
    """Put the department's resource into the catalogue, shared with all, and demands into their list."""
    known.forget()
    resources.load_data(
        systems=[
            System(code="population", name="人口系统", department="police", kind="register", subsystem=POPULATION)
        ],
        themes=[DataTheme(code="people", name="人口", english="People")],
        resources=[resource()], duties=[], demands=demands, negatives=[], by=SYSTEM, at=LOADED,
    )  # fmt: skip


def resource() -> Resource:
    """Return what the department has: names by numbers."""
    fields = [
        {"code": "id-number", "name": "证件号码", "element": "applicant-id-number", "level": 3, "personal": True, "key": True},
        {"code": "name", "name": "姓名", "element": "applicant-name", "level": 2, "personal": True},
        {"code": "shop", "name": "店名", "element": "shop-name", "level": 1},
    ]  # fmt: skip
    return Resource.model_validate({
        "code": RESOURCE, "name": "人口基本信息", "department": "police", "system": "population", "kind": "base",
        "theme": "people", "summary": "姓名和证件号码。", "format": "service", "subject": "person", "fields": fields,
        "sharing": "unconditional", "update": "realtime", "level": 3,
    })  # fmt: skip


def publish(register: Register, **changes: object) -> None:
    """Have the department publish its register as a service that is asked by the number of a person."""
    exchange.add_register("small-city-population", register)
    exchange.register_subsystem(code=POPULATION, name="人口系统", by=SYSTEM, at=LOADED)
    said: dict[str, object] = {
        "provider": POPULATION, "code": RESOURCE, "version": 0, "kind": ServiceKind.REGISTER,
        "target": "small-city-population", "resource": RESOURCE, "parameters": ("id-number",), "subject": "id-number",
    }  # fmt: skip
    exchange.publish_service(service=Service(**said | changes), by=SYSTEM, at=LOADED)  # type: ignore[arg-type]
    known.forget()


def state(
    material: str = "id-copy",
    *,
    item: str = "food-licence",
    fields: tuple[str, ...] = ("id-number", "name"),
    at: dt.datetime = LOADED,
) -> uuid.UUID:
    """Have the market's department state what it needs for a paper; the lists grant it at once. Returns the request."""
    wish = Wish(
        department="market", item=item, material=material, purpose="核对申请人身份",
        basis=LegalBasis.model_validate(LAW), resource=RESOURCE, fields=fields,
    )  # fmt: skip
    return resources.state_demand(wish=wish, promised=True, by=SYSTEM, at=at)

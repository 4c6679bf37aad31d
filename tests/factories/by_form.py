"""Two departments of the small city that are asked by the name of a shop: one says whose it is, the other only looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.factories.cases import LOADED
from tests.factories.obtaining import LAW, POPULATION, Register
from tongban.datahub.exchange import known
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange.types import Asked, Row, Service, ServiceKind
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources.types import DataTheme, LegalBasis, Resource, System, Wish
from tongban.kernel.types import SYSTEM

OWN, OTHERS, NOBODYS = "晓雯面馆", "别家面馆", "没有的店"
"""What the form may say: the applicant's shop, somebody else's, and one that no register has."""
STRANGER = "310101198506152345"
PURCHASE = [
    {"code": "shop", "name": "店名", "element": "shop-name", "level": 1, "key": True},
    {"code": "buyer-id-number", "name": "购买方证件号码", "level": 3, "personal": True, "owner": True},
    {"code": "area", "name": "面积", "element": "floor-area", "level": 1},
]
CHECK = [
    {"code": "shop", "name": "店名", "element": "shop-name", "level": 1, "key": True},
    {"code": "result", "name": "结论", "level": 1},
]


@dataclass
class Departments:
    """What the two departments answer: one says whose a shop is, the other only that it was looked at."""

    number: str
    purchases: Register = field(default_factory=Register)
    checks: Register = field(default_factory=Register)

    def sold(self, asked: Asked) -> Sequence[Row]:
        """Say whose a shop is."""
        whose = {OWN: self.number, OTHERS: STRANGER}.get(asked.parameters["shop"])
        shop = asked.parameters["shop"]
        return [{"shop": shop, "buyer-id-number": whose, "area": 60}] if whose else []

    def looked_at(self, asked: Asked) -> Sequence[Row]:
        """Say that a shop was looked at."""
        return [{"shop": asked.parameters["shop"], "result": "合格"}]


def resource(code: str, name: str, fields: list[dict[str, object]], **changes: object) -> Resource:
    """Return a resource of the police."""
    said: dict[str, object] = {
        "code": code, "name": name, "department": "police", "system": "population", "kind": "base", "theme": "people",
        "summary": "演示。", "format": "service", "subject": "thing", "sharing": "unconditional", "update": "realtime",
        "level": max(one["level"] for one in fields), "fields": fields,  # type: ignore[type-var]
    }  # fmt: skip
    return Resource.model_validate(said | changes)


def load(*listed: Resource) -> None:
    """Put resources of the police into the catalogue."""
    known.forget()
    resources.load_data(
        systems=[System(code="population", name="人口系统", department="police", kind="register", subsystem=POPULATION)],
        themes=[DataTheme(code="people", name="人口", english="People")],
        resources=listed, duties=[], demands=[], negatives=[], by=SYSTEM, at=LOADED,
    )  # fmt: skip


def offer(code: str, material: str, register: Register, fields: Sequence[str], by: str = "shop") -> None:
    """Have a service published that is asked by a field, and a demand of the food licence for it granted."""
    exchange.add_register(code, register)
    exchange.register_subsystem(code=POPULATION, name="人口系统", by=SYSTEM, at=LOADED)
    exchange.publish_service(
        service=Service(
            provider=POPULATION, code=code, version=0, kind=ServiceKind.REGISTER, target=code, resource=code,
            parameters=(by,), subject="",
        ), by=SYSTEM, at=LOADED,
    )  # fmt: skip
    known.forget()
    wish = Wish(
        department="market", item="food-licence", material=material, purpose="核对", resource=code,
        basis=LegalBasis.model_validate(LAW), fields=tuple(fields),
    )  # fmt: skip
    resources.state_demand(wish=wish, promised=True, by=SYSTEM, at=LOADED)


def open_departments(number: str) -> Departments:
    """Have both answer, and what the food licence needs of them granted; ``number`` is whose the own shop is."""
    found = Departments(number)
    found.purchases.rows, found.checks.rows = found.sold, found.looked_at
    load(resource("purchase", "购店信息", PURCHASE), resource("check", "验店信息", CHECK))
    offer("purchase", "layout", found.purchases, ("shop", "buyer-id-number", "area"))
    offer("check", "id-copy", found.checks, ("shop", "result"))
    return found

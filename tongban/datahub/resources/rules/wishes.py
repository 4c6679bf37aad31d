"""What a wish has to say before anybody answers it. Pure."""

from __future__ import annotations

from pydantic import ValidationError

from tongban.datahub.resources.labels import FIELDS
from tongban.datahub.resources.types import Demand, Wish
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.law import law

PROMISE = N_("承诺本项需求真实、合规，并保证所得数据的安全。")
"""What whoever states a demand promises for the department; it stands on the ledger with the demand."""


@law("data-wish-says-why", basis="上海市数据条例 39", says="Who asks for data says for which use, by which law, from which "
     "material of which item, how often, and promises that it is true, lawful and kept safe")  # fmt: skip
def check_wish(wish: Wish, *, promised: bool) -> None:
    """Raise Invalid for a wish without the promise, or that could not stand in the demand list either."""
    if not promised:
        raise Invalid("data-not-promised", N_("提出需求要承诺其真实性、合规性和安全性。"))
    try:
        Demand(
            code="wish",
            department=wish.department,
            item=wish.item,
            material=wish.material,
            resource=wish.resource,
            fields=wish.fields,
            elements=wish.elements,
            purpose=wish.purpose,
            basis=wish.basis,
            frequency=wish.per_day,
            until=wish.until,
        )
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise Invalid(
            "data-wish-incomplete",
            N_("需求里的“{field}”没有写明，或者写法不对。"),
            field=FIELDS.get(name, name),
        ) from error
    if not wish.fields and not wish.elements:
        raise Invalid("data-demand-unclear", N_("需求要写明要哪些信息项（fields）或者数据元（elements）。"))

"""For whom a service is: a business is founded by a person, who asks for what it will need too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.cases import food_licence, sign_filing
from tests.factories.catalogue import make_item
from tongban.kernel.errors import Invalid
from tongban.services.cases.rules import acceptance, founding

LICENCE = {"results": [{"name": "营业执照", "licence": "business-licence"}]}


def registration(**changes: Any) -> Any:
    return make_item(**{"code": "registration", "audience": ("1", "2"), **LICENCE} | changes)


@pytest.mark.law("case-founder-is-a-person")
def test_the_founder_asks_for_what_only_businesses_may_have() -> None:
    only_businesses = food_licence(audience=("2",))
    assert founding.audience([only_businesses, sign_filing(audience=("2",))]) == {"2"}
    assert "1" in founding.audience([registration(), only_businesses])
    acceptance.check_audience("person", founding.audience([registration(), only_businesses]), "开饭店")


def test_a_change_of_what_exists_founds_nothing() -> None:
    change = registration(code="change", audience=("2",))
    assert not founding.founds([change])
    with pytest.raises(Invalid, match="请选择要代表的单位"):
        acceptance.check_audience("person", founding.audience([change]), "企业变更登记")

"""Every rule of the catalogue: the smallest pack that breaks it, and nothing else is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.breaking import Break, Breaks, broken
from tests.factories.city import TinyCity
from tongban.services.catalogue.rules import RULES

breaks = Breaks()


@breaks("material-without-basis")
def _(city: TinyCity) -> None:
    del city.material["basis"]


@breaks("material-no-longer-asked")
def _(city: TinyCity) -> None:
    city.material["instead"] = [{"by": "no_legal_basis"}]


@breaks("vague-material")
def _(city: TinyCity) -> None:
    city.material["name"] = "法律法规规定的其他材料"


@breaks("material-twice")
def _(city: TinyCity) -> None:
    city.item["materials"].append(dict(city.material))


@breaks("unknown-situation")
def _(city: TinyCity) -> None:
    city.material["situations"] = ["nwe"]


@breaks("unknown-material")
def _(city: TinyCity) -> None:
    city.item["variants"]["310104"]["not_asked"] = ["helth"]


@breaks("instead-incomplete", "obtained-not-demanded")
def _(city: TinyCity) -> None:
    city.material["instead"] = [{"by": "data_sharing"}]


@breaks("condition-form")
def _(city: TinyCity) -> None:
    city.material.update(when={"staff": {"more": 3}}, when_words="有员工的")


@breaks("condition-without-words")
def _(city: TinyCity) -> None:
    del city.item["materials"][1]["when_words"]


@breaks("promise-over-statutory")
def _(city: TinyCity) -> None:
    city.item["situations"][0]["promise"] = {"days": 21}
    del city.bundle["published"]


@breaks("limits-in-two-units")
def _(city: TinyCity) -> None:
    city.other["statutory"] = {"days": 12, "unit": "calendar"}


@breaks("immediate-over-a-day")
def _(city: TinyCity) -> None:
    city.other["case_kind"] = "1"


@breaks("special-procedure-unknown")
def _(city: TinyCity) -> None:
    city.item["special_procedures"] = ["领导出差"]


@breaks("site-check-people")
def _(city: TinyCity) -> None:
    city.item["site_check"] = {"people": 1}


@breaks("reason-without-visit")
def _(city: TinyCity) -> None:
    city.other["visits_why"] = "要拍照"


@breaks("visit-without-reason")
def _(city: TinyCity) -> None:
    city.item["visits"] = [{"purpose": "submit"}]


@breaks("charged-without-charges")
def _(city: TinyCity) -> None:
    city.item["fee"] = {"charged": True, "online_payment": True}


@breaks("charges-but-free")
def _(city: TinyCity) -> None:
    city.item["fee"]["charged"] = False


@breaks("charged-not-payable-online")
def _(city: TinyCity) -> None:
    city.item["fee"]["online_payment"] = False


@breaks("fee-unknown")
def _(city: TinyCity) -> None:
    city.item["fee"] = {"charged": None}


@breaks("same-phone")
def _(city: TinyCity) -> None:
    city.other["complaint_phone"] = "(021) 5555-0001"


@breaks("phone-full-width")
def _(city: TinyCity) -> None:
    city.other["enquiry_phone"] = "021－5555 0009"


@breaks("result-licence-type")
def _(city: TinyCity) -> None:
    city.item["results"] = [{"name": "食品经营许可证", "kind": "record"}]


@breaks("result-approval")
def _(city: TinyCity) -> None:
    city.item["results"] = [{"name": "准予许可决定书"}]


@breaks("unknown-kind")
def _(city: TinyCity) -> None:
    city.csv["codes/elements.csv"][0]["kind"] = "string"


@breaks("variant-longer")
def _(city: TinyCity) -> None:
    city.item["variants"]["310104"]["promise_days"] = 11


@breaks("variant-more-visits")
def _(city: TinyCity) -> None:
    city.item["variants"]["310104"]["visits"] = 2


@breaks("variant-asks-more")
def _(city: TinyCity) -> None:
    city.item["variants"]["310104"]["asks"] = ["photo"]


@breaks("variant-charges")
def _(city: TinyCity) -> None:
    city.other["variants"] = {"310105": {"fee_free": False}}


@breaks("missing-element")
def _(city: TinyCity) -> None:
    del city.item["conditions"]


@breaks("steps-missing")
def _(city: TinyCity) -> None:
    del city.item["steps"]


@breaks("vague-condition")
def _(city: TinyCity) -> None:
    city.item["conditions"].append("法律、行政法规规定的其他条件")


@breaks("situation-twice")
def _(city: TinyCity) -> None:
    city.item["situations"].append({"code": "new", "name": "再次新办"})


@breaks("needs-itself", "bundle-does-not-compile")
def _(city: TinyCity) -> None:
    city.yaml["items/sign.yaml"]["items"][0]["needs"] = ["sign-filing"]


@breaks("needs-circle", "bundle-circle")
def _(city: TinyCity) -> None:
    city.other["needs"] = ["food-licence"]


@breaks("needs-historical", "historical-item-offered")
def _(city: TinyCity) -> None:
    city.other["state"] = "historical"


@breaks("same-name")
def _(city: TinyCity) -> None:
    city.other["name"] = city.item["name"]


@breaks("read-without-source")
def _(city: TinyCity) -> None:
    del city.item["source"]


@breaks("licence-code-form")
def _(city: TinyCity) -> None:
    city.csv["codes/licences.csv"][0]["catalogue_code"] = "31010071700020"


@breaks("licence-code-twice")
def _(city: TinyCity) -> None:
    city.csv["codes/licences.csv"][1]["catalogue_code"] = "310100717000200"


@breaks("saving-basis-unknown")
def _(city: TinyCity) -> None:
    city.head["saving_basis"]["form-merge"] = city.head["saving_basis"].pop("form_merge")


@breaks("full-width-hotline")
def _(city: TinyCity) -> None:
    city.head["hotline"] = "１2345"


@pytest.mark.parametrize("one", breaks.parameters)
def test_rule(one: Break, tmp_path: Path) -> None:
    for problem in broken(one, tmp_path):
        assert problem.place.line > 0


def test_every_rule_is_shown() -> None:
    assert not breaks.missing(RULES)


def test_a_right_pack_breaks_no_rule(tmp_path: Path) -> None:
    pack, problems = TinyCity(tmp_path).read()
    assert not problems.codes()
    assert list(pack.items) == ["food-licence", "health-card", "sign-filing"]


def test_materials_of_a_historical_item_may_have_had_no_basis(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.yaml["items/sign.yaml"]["items"][0] |= {
        "state": "historical",
        "depth": "full",
        "materials": [{"code": "stamp", "name": "盖章证明", "instead": [{"by": "no_legal_basis"}]}],
    }
    city.bundle["as_of"] = "2018"
    assert not city.problems().codes()


@pytest.mark.parametrize(
    ("promise", "statutory", "rule"),
    [
        ({"days": 20}, {"days": 20}, None),
        ({"days": 21}, {"days": 20}, "promise-over-statutory"),
        ({"days": 10, "unit": "calendar"}, {"days": 10}, None),
        ({"days": 12, "unit": "calendar"}, {"days": 10}, "limits-in-two-units"),
        ({"days": 8}, {"days": 7, "unit": "calendar"}, "promise-over-statutory"),
        ({"days": 5}, {"days": 60, "unit": "calendar"}, None),
        ({"days": 30, "start": "鉴定完成"}, {"days": 20}, None),
    ],
)
def test_promises_are_compared_where_they_can_be(
    tmp_path: Path, promise: dict[str, object], statutory: dict[str, object], rule: str | None
) -> None:
    city = TinyCity(tmp_path)
    city.other.update(promise=promise, statutory=statutory)
    del city.bundle["published"]
    assert city.problems().codes() == ((rule,) if rule else ())


@pytest.mark.parametrize(
    "name",
    [
        "其他材料",
        "其他相关材料",
        "法律法规规定的其他",
        "登记机关要求提交的其他文件",
        "身份证等相关材料",
        "其他",
        "其他有关证明",
        "需要提供的其他资料",
    ],
)
def test_catch_alls_are_refused(tmp_path: Path, name: str) -> None:
    city = TinyCity(tmp_path)
    city.material["name"] = name
    assert city.problems().codes() == ("vague-material",)


@pytest.mark.parametrize("name", ["其他组织登记证书", "与其他股东的协议", "申请书", "设备清单及说明"])
def test_names_that_only_look_alike_are_not(tmp_path: Path, name: str) -> None:
    city = TinyCity(tmp_path)
    city.material["name"] = name
    assert not city.problems().codes()

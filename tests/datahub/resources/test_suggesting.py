"""Which resources are suggested for a material: the nearest by words, none of one's own, none that is never shared."""

from __future__ import annotations

from tests.datahub.resources.test_answering import resource
from tongban.datahub.resources.rules.suggesting import suggest
from tongban.datahub.resources.types import DataField, Resource, Sharing


def named(code: str, name: str, field: str) -> Resource:
    return resource(code=code, name=name, fields=(DataField(code="a", name=field, level=2),), level=2)


DEGREES = named("degrees", "学历学位核验结果", "毕业院校")
IDENTITY = named("identity", "居民身份证证件信息", "姓名")
AIR = named("air", "空气质量监测信息", "监测点")


def test_the_nearest_comes_first_and_what_is_far_does_not_come() -> None:
    found = suggest("质量负责人学历学位证明", (AIR, IDENTITY, DEGREES), "market")
    assert found == (DEGREES,)


def test_words_that_nearly_every_name_has_suggest_nothing() -> None:
    assert suggest("相关证明材料信息", (AIR, IDENTITY, DEGREES), "market") == ()


def test_ones_own_and_what_is_never_shared_is_not_suggested() -> None:
    never = DEGREES.model_copy(update={"code": "never", "sharing": Sharing.NEVER})
    assert suggest("学历学位证明", (never, DEGREES), DEGREES.department) == ()
    assert suggest("学历学位证明", (never, DEGREES), "market") == (DEGREES,)


def test_nothing_is_suggested_from_an_empty_catalogue() -> None:
    assert suggest("学历学位证明", (), "market") == ()

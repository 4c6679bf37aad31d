"""Numbers, validity, life cycle, masking, the hash tree: pure."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.errors import Conflict, Failure, Invalid, NotAllowed
from tongban.services.licences.rules import faces, life_cycle, masking, numbers, tree, validity
from tongban.services.licences.types import Act, LicenceState, Role

DAY = dt.date(2026, 3, 2)
ACTS = [act for act in Act if act is not Act.ISSUE]


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("5 年", dt.date(2031, 3, 1)),
        ("10年", dt.date(2036, 3, 1)),
        ("长期", None),
        ("", None),
        ("5、10、20 年或长期", None),
    ],
)
def test_last_day_follows_from_the_words(words: str, last: dt.date | None) -> None:
    assert validity.last_day(words, DAY) == last


def test_years_from_a_leap_day_end_with_february() -> None:
    assert validity.last_day("5 年", dt.date(2028, 2, 29)) == dt.date(2033, 2, 28)


@pytest.mark.law("licence-expires")
def test_expiry_follows_from_the_date() -> None:
    last = dt.date(2031, 3, 1)
    assert validity.state_on(LicenceState.VALID, last, last) is LicenceState.VALID
    assert validity.state_on(LicenceState.VALID, last, last + dt.timedelta(1)) is LicenceState.EXPIRED
    assert validity.state_on(LicenceState.SUSPENDED, last, last + dt.timedelta(1)) is LicenceState.EXPIRED
    assert validity.state_on(LicenceState.REVOKED, last, last + dt.timedelta(1)) is LicenceState.REVOKED
    assert validity.state_on(LicenceState.VALID, None, dt.date.max) is LicenceState.VALID


@pytest.mark.law("licence-states")
@pytest.mark.parametrize(("state", "act", "role"), list(product(LicenceState, ACTS, [*Role, None])))
def test_every_act_role_and_state(state: LicenceState, act: Act, role: Role | None) -> None:
    step = life_cycle.STEPS.get((state, act))
    roles = frozenset({role}) if role else frozenset()
    if step and role in step.who:
        assert life_cycle.check(state, act, roles).next is step.next
        return
    with pytest.raises(NotAllowed if step else Conflict) as refused:
        life_cycle.check(state, act, roles)
    assert life_cycle.ACT_NAMES[act] in str(refused.value)


def test_a_licence_that_was_struck_off_or_corrected_never_changes_again() -> None:
    assert {LicenceState.CANCELLED, LicenceState.CORRECTED} == life_cycle.FINAL
    assert {step.next for step in life_cycle.LIFE_CYCLE} | {LicenceState.EXPIRED} == set(LicenceState)


def test_every_state_and_act_has_its_words_and_law() -> None:
    assert set(life_cycle.STATE_NAMES) == set(life_cycle.STATE_SAYS) == set(LicenceState)
    assert set(life_cycle.ACT_NAMES) == set(Act)
    assert set(life_cycle.LAWS) == set(ACTS)


@pytest.mark.parametrize(("law", "reason"), [("", "无"), ("行政许可法 69", "  "), (" ", "")])
def test_nothing_is_done_without_law_and_reason(law: str, reason: str) -> None:
    with pytest.raises(Invalid):
        life_cycle.check_reason(law, reason)


def test_numbers_are_counted_by_kind_place_and_year() -> None:
    series = numbers.series_of(numbers.letters_of("食品经营许可证"), "310104", 2026)
    assert numbers.number_in(series, 123) == "SPJY3101042026000123"
    assert numbers.number_in(series, 1_234_567).endswith("1234567")
    assert numbers.letters_of("♥") == "ZZ"


def test_codes_are_read_as_people_type_them() -> None:
    code = numbers.new_code()
    assert numbers.tidy_code(f" {code.lower()[:3]} {code.lower()[3:]} ") == code


@pytest.mark.parametrize(
    ("kind", "name", "shown"),
    [("person", "沈知行", "**行"), ("person", "李", "*"), ("company", "上海梧桐里餐饮管理有限公司", "上海梧桐*****有限公司"),
     ("company", "鸿运小吃店", "鸿运*吃店")],
)  # fmt: skip
def test_names_are_masked(kind: str, name: str, shown: str) -> None:
    assert masking.mask(kind, name) == shown


@given(st.sampled_from(["person", "company"]), st.text(min_size=1, max_size=40))
def test_a_masked_name_always_hides_something(kind: str, name: str) -> None:
    assert "*" in masking.mask(kind, name)


def test_face_takes_what_is_filled_and_cuts_what_is_long() -> None:
    lines = faces.lines(
        "company", {"unified-credit-code": "91X", "business-scope": "热" * 500, "company-phone": "1"}, {}
    )
    assert [line.label for line in lines] == ["统一社会信用代码", "经营范围"]
    assert len(lines[1].value) == faces.LONGEST


def test_face_says_what_the_type_wants_in_its_order_and_words() -> None:
    values = {"premises-address": "马当路 288 号", "shop-name": "小面馆", "seats": 40, "food-delivery": True}
    face = {
        "shop-name": "店招",
        "seats": "座位",
        "premises-address": "经营场所",
        "food-delivery": "外送",
        "x": "没有填",
    }
    found = [(line.label, line.value) for line in faces.lines("person", values, face)]
    assert found == [("店招", "小面馆"), ("座位", "40"), ("经营场所", "马当路 288 号")]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=40))
def test_every_record_leads_to_the_root(records: list[bytes]) -> None:
    leaves = [tree.leaf(one) for one in records]
    root, paths = tree.root_and_paths(leaves)
    assert all(tree.root_from(one, path) == root for one, path in zip(leaves, paths, strict=True))


@given(st.lists(st.binary(max_size=40), min_size=2, max_size=20, unique=True), st.binary(max_size=40))
def test_another_record_does_not(records: list[bytes], other: bytes) -> None:
    root, paths = tree.root_and_paths([tree.leaf(one) for one in records])
    if other not in records:
        assert all(tree.root_from(tree.leaf(other), path) != root for path in paths)


def test_a_broken_path_is_refused() -> None:
    with pytest.raises(ValueError, match="no path"):
        tree.root_from(tree.leaf(b""), b"L123")
    with pytest.raises(ValueError, match="no path"):
        tree.root_from(tree.leaf(b""), b"x" * 33)
    with pytest.raises(ValueError, match="leaves"):
        tree.root_and_paths([])


def test_failures_speak() -> None:
    with pytest.raises(Failure, match="不能恢复"):
        life_cycle.check(LicenceState.VALID, Act.RESUME, frozenset({Role.DECIDER}))

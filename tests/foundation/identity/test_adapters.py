"""Outside systems: the real adapter asked against a faithful fake, and what happens when it is away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.authority import KEY, FakeAuthority, authority
from tests.fakes.ranges import ranges
from tests.foundation.identity.conftest import NOW
from tongban.foundation.identity import errors, operations, queries, rules
from tongban.foundation.identity.adapters import authority as configured
from tongban.foundation.identity.adapters import away, demonstration, http, passwords
from tongban.kernel.errors import Invalid
from tongban.kernel.types import SYSTEM


@pytest.fixture
def fake() -> Iterator[FakeAuthority]:
    with authority() as running:
        yield running


def test_the_real_adapter_says_what_the_demonstration_says(fake: FakeAuthority) -> None:
    """The fake answers from the invented people, so both must agree on every kind of answer."""
    ours, there = demonstration.DemonstrationAuthority(), http.HttpAuthority(fake.url, KEY)
    here, registers = demonstration.DemonstrationRegisters(), http.HttpRegisters(fake.url, KEY)
    people = list(demonstration.population().citizens.values())
    dead = next(one for one in people if one.died_on)
    for one in (people[0], people[3], dead):
        for name in (one.name, "别人"):
            a, b = ours.check(name, one.number), there.check(name, one.number)
            assert (a.matches, a.birth_on, a.sex, a.died_on) == (b.matches, b.birth_on, b.sex, b.died_on)
        assert registers.person(one.number) == here.person(one.number)
    for firm in list(demonstration.population().firms.values())[::40]:
        assert registers.company(firm.credit_code) == here.company(firm.credit_code)
    assert registers.company("91110000600037341L") is None
    assert registers.person("11010519491231002X") is None


def test_numbers_travel_in_the_body_only(fake: FakeAuthority) -> None:
    citizen = demonstration.population().citizens["p001"]
    http.HttpAuthority(fake.url, KEY).check(citizen.name, citizen.number)
    ((path, body),) = fake.asked
    assert path == "/check"
    assert citizen.number in body


def test_one_fault_is_asked_again_two_are_told(fake: FakeAuthority) -> None:
    citizen = demonstration.population().citizens["p001"]
    there = http.HttpAuthority(fake.url, KEY)
    for fault in ("500", "garbage", "302"):
        fake.faults = [fault]
        assert there.check(citizen.name, citizen.number).matches, fault
    fake.faults = ["500", "503"]
    with pytest.raises(errors.AuthorityAway):
        there.check(citizen.name, citizen.number)
    with pytest.raises(errors.AuthorityAway):
        http.HttpAuthority(fake.url, "wrong key").check(citizen.name, citizen.number)
    with pytest.raises(errors.AuthorityAway):
        http.HttpAuthority("http://127.0.0.1:1", KEY).check(citizen.name, citizen.number)


@pytest.mark.django_db
def test_a_configured_authority_is_asked_also_in_a_demonstration(fake: FakeAuthority, settings: Any) -> None:
    settings.REAL_NAME_URL, settings.REAL_NAME_KEY = fake.url, KEY
    citizen = demonstration.population().citizens["p002"]
    person = operations.register_person(name=citizen.name, number=citizen.number, by=SYSTEM, at=NOW)
    assert person.is_verified
    company = operations.bind_company(
        person=person.id,
        credit_code=demonstration.population().firms["c001"].credit_code,
        by=person.actor,
        at=NOW,
    )
    assert queries.facts(company.subject)["business-scope"][1] == "法人库"
    fake.faults = ["500"] * 6
    assert "business-scope" not in queries.facts(company.subject), "an empty field is better than no form"
    assert queries.facts(company.subject)["company-name"] == (company.name, "法人库")
    settings.REAL_NAME_URL, settings.DEMONSTRATION = "", False
    assert isinstance(configured(), away.NoAuthority)
    assert queries.facts(person.subject)["applicant-name"] == (citizen.name, "人口库")


def test_the_bundled_list_knows_what_people_choose() -> None:
    bundled = passwords.BundledList()
    for word in ("password123", "Password1234", "woaini1314", "5201314520", "qwertyuiop", "iloveyou2024"):
        assert bundled.seen(word), word
    for word in ("correct horse battery staple", "三只白猫坐在屋顶上晒太阳吧"):
        assert not bundled.seen(word), word


def test_a_range_service_never_learns_the_password(settings: Any) -> None:
    with ranges({"tulip gravel moon canoe": 12}) as fake:
        asked = passwords.RangeService(fake.url, passwords.BundledList())
        assert asked.seen("tulip gravel moon canoe") == 12
        assert asked.seen("marble otter lantern fig") == 0
        assert all(len(path.rpartition("/")[2]) == 5 for path in fake.asked)
        before = len(fake.asked)
        assert asked.seen("password123") == 1
        assert len(fake.asked) == before, "what is bundled is not asked about"
        fake.status = 503
        assert asked.seen("tulip gravel moon canoe") == 0
    assert asked.seen("marble otter lantern fig") == 0, "a list that is away keeps nobody from choosing"


@pytest.mark.parametrize(
    ("password", "seen", "code"),
    [
        ("short one", 0, "password-short"),
        ("x" * 129, 0, "password-long"),
        ("ababababababab", 0, "password-repeats"),
        ("woaini1314 and more", 3, "password-breached"),
        ("my 13800138000 phone", 0, "password-own"),
    ],
)
@pytest.mark.law("password-hard-to-guess")
def test_each_bad_password_is_told_why(password: str, seen: int, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_password(password, seen=seen, own=["13800138000", "abc"])
    assert caught.value.code == code


@given(st.text(max_size=140), st.integers(0, 1))
def test_the_pair_of_rules_for_passwords_agrees(password: str, seen: int) -> None:
    if rules.is_good_password(password, seen=seen):
        assert 10 <= len(password) <= 128
        assert not seen

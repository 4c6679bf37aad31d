"""For whose body a department is asked: that of the district where the case is handled, signed and on record."""

from __future__ import annotations

import datetime as dt

from tests.factories.cases import MONDAY, Cast, start
from tests.factories.catalogue import DISTRICTS
from tests.factories.obtaining import POPULATION, RESOURCE, Register, state
from tongban.datahub.exchange import queries as exchanges
from tongban.foundation.government import queries as government
from tongban.foundation.identity import queries as identity
from tongban.foundation.statements import queries as statements
from tongban.services.cases import operations
from tongban.services.obtaining import queries

PARTIES = "SELECT record, party FROM exchange_represented"


def test_a_call_says_for_which_districts_body_it_is_made(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast, district=DISTRICTS[0].code)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    (called,) = exchanges.exchanges_about(identity.identifiers_of(cast.subject).number)
    assert statements.rows(f"{PARTIES} WHERE record = %s", [called.id]) == [
        (called.id, "GOV/changning-market")
    ]
    evidence = exchanges.evidence_of(called.id)
    assert evidence is not None
    assert b'"x-road-represented-party": GOV/changning-market' in evidence.signed
    (latest,) = [one for one in exchanges.latest_calls(limit=2000) if one.grant == called.grant]
    assert latest.party == "GOV/changning-market"


def test_a_case_of_no_district_is_the_citys_own(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    (called,) = exchanges.exchanges_about(identity.identifiers_of(cast.subject).number)
    assert statements.rows(f"{PARTIES} WHERE record = %s", [called.id]) == []


def test_the_citys_own_departments_have_no_body_in_a_district(cast: Cast) -> None:
    assert government.party_of("market", DISTRICTS[1].code) == "GOV/xuhui-market"
    assert government.party_of("police", DISTRICTS[1].code) == ""
    assert government.party_of("market", "") == government.party_of("nobody", DISTRICTS[1].code) == ""


def test_what_waits_for_a_service_is_known_from_its_first_try_on(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    assert queries.waiting(POPULATION, RESOURCE).papers == 0, "nobody was asked yet"
    register.rows = RuntimeError("down")
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    found = queries.waiting(POPULATION, RESOURCE)
    assert (found.papers, found.cases, found.items) == (1, 1, 1)
    assert found.next_at is not None and found.next_at > MONDAY + dt.timedelta(seconds=1)
    assert queries.waiting(POPULATION, "other").papers == 0

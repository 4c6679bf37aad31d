"""Which papers need not be brought: the first reason that holds, always the same one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.services.catalogue.types import Basis, Material, Saving
from tongban.services.exemptions import rules
from tongban.services.exemptions.types import Evidence, Kind, Outcome, Paper, Provenance, Standing

LAW = {kind.value: Basis(law=f"法-{kind.value}", article="1") for kind in Saving}
NAMES = {"food": "食品经营许可", "sign": "招牌备案"}


def paper(*instead: Any, item: str = "food", is_merged: bool = False, **fields: Any) -> Paper:
    known = {
        "code": "p",
        "name": "材料",
        "instead": [one if isinstance(one, dict) else {"by": one} for one in instead],
    }
    return Paper(item, NAMES[item], Material.model_validate(known | fields), is_merged)


def found(kind: Kind, one: Paper) -> dict[Kind, dict[tuple[str, str], Evidence]]:
    return {kind: {one.key: Evidence(kind, "test", "ref-1", "营业执照 9131…")}}


def decide(*papers: Paper, evidence: Any = None, answers: Any = None) -> Any:
    return rules.decide(papers, evidence or {}, answers or {}, NAMES, LAW)


@pytest.mark.law("exempt-no-repeat")
@pytest.mark.parametrize("kind", [Kind.LICENCE_LIBRARY, Kind.DATA_SHARING])
def test_what_is_held_is_not_asked_and_what_is_not_held_is(kind: Kind) -> None:
    one = paper({"by": kind.value, "licence": "business-licence"})
    (decision,) = decide(one, evidence=found(kind, one))
    assert (decision.outcome, decision.kind) == (Outcome.EXEMPT, kind)
    assert "营业执照 9131…" in decision.reason
    assert decision.law == f"《法-{kind.value}》第 1 条"
    assert decision.evidence.reference == "ref-1"
    (decision,) = decide(one)
    assert decision.outcome is Outcome.REQUIRED


@pytest.mark.law("exempt-no-repeat")
def test_a_source_that_the_item_does_not_allow_exempts_nothing() -> None:
    """The pack says where a licence may stand in; a licence that happens to be there does not decide."""
    one = paper()
    (decision,) = decide(one, evidence=found(Kind.LICENCE_LIBRARY, one))
    assert decision.outcome is Outcome.REQUIRED


@pytest.mark.law("exempt-no-basis")
def test_no_legal_basis_comes_first() -> None:
    one = paper("no_legal_basis", "licence_library", "commitment")
    (decision,) = decide(one, evidence=found(Kind.LICENCE_LIBRARY, one))
    assert (decision.outcome, decision.kind) == (Outcome.EXEMPT, Kind.NO_LEGAL_BASIS)


def test_an_earlier_upload_is_offered_before_a_promise() -> None:
    one = paper("commitment", document="lease")
    (decision,) = decide(one, evidence=found(Kind.EARLIER_UPLOAD, one))
    assert (decision.outcome, decision.kind) == (Outcome.OFFERED, Kind.EARLIER_UPLOAD)
    (decision,) = decide(one)
    assert decision.outcome is Outcome.COMMITMENT


def test_the_same_paper_is_asked_of_the_first_item_only() -> None:
    first, second = paper(document="lease"), paper(item="sign", code="q", document="lease")
    decisions = decide(first, second)
    assert [one.outcome for one in decisions] == [Outcome.REQUIRED, Outcome.EXEMPT]
    assert decisions[1].same_as == first.key
    assert "食品经营许可" in decisions[1].reason


def test_what_another_item_makes_is_not_asked_if_that_item_applies() -> None:
    makes = {"by": "bundle_output", "item": "sign"}
    assert decide(paper(makes))[0].kind is Kind.BUNDLE_OUTPUT
    assert decide(paper(makes | {"item": "unknown"}))[0].outcome is Outcome.REQUIRED
    assert decide(paper(makes | {"item": "food"}))[0].outcome is Outcome.REQUIRED


def test_the_one_form_is_never_a_paper() -> None:
    (decision,) = decide(paper("commitment", is_form=True))
    assert (decision.outcome, decision.kind) == (Outcome.EXEMPT, Kind.FORM_MERGE)


def test_a_condition_on_the_answers_decides() -> None:
    one = paper({"by": "commitment", "when": {"food": "drinks"}})
    assert decide(one, answers={"food": "drinks"})[0].outcome is Outcome.COMMITMENT
    assert decide(one, answers={"food": "hot"})[0].outcome is Outcome.REQUIRED
    assert decide(one)[0].outcome is Outcome.REQUIRED


SAVINGS = st.lists(
    st.sampled_from([one.value for one in Saving if one is not Saving.BUNDLE_OUTPUT]), unique=True
)


@given(SAVINGS, st.permutations(range(8)), st.sets(st.sampled_from(sorted(Kind))))
def test_the_order_in_the_pack_decides_nothing(kinds: list[str], order: list[int], there: set[Kind]) -> None:
    one = paper(*kinds)
    shuffled = paper(*[kinds[place] for place in order if place < len(kinds)])
    evidence = {kind: found(kind, one)[kind] for kind in there}
    assert decide(one, evidence=evidence) == decide(shuffled, evidence=evidence)
    (decision,) = decide(one, evidence=evidence)
    assert decision.reason
    assert decision.outcome is Outcome.REQUIRED or decision.law or decision.kind is Kind.EARLIER_UPLOAD


def test_citing() -> None:
    assert rules.cite(Basis(law="食品安全法", article="35")) == "《食品安全法》第 35 条"
    assert rules.cite(Basis(law="食品安全法")) == "《食品安全法》"
    assert rules.cite(None) == ""


def _shared(standing: Standing) -> dict[Kind, dict[tuple[str, str], Evidence]]:
    by = Provenance("上海市公安局")
    one = Evidence(Kind.DATA_SHARING, "exchange", "g", "户籍信息", standing=standing, provenance=by)
    return {Kind.DATA_SHARING: {("a", "m"): one}}


@pytest.mark.law("exempt-while-obtained")
@pytest.mark.parametrize(
    ("standing", "basis", "outcome"),
    [
        (Standing.FOUND, True, Outcome.EXEMPT),
        (Standing.UNDER_WAY, True, Outcome.EXEMPT),
        (Standing.NOT_FOUND, True, Outcome.REQUIRED),
        (Standing.NO_ANSWER, True, Outcome.REQUIRED),
        (Standing.NO_ANSWER, False, Outcome.EXEMPT),
    ],
)
def test_what_is_obtained_is_not_asked_for_and_never_where_no_law_lets_it_be(
    standing: Standing, basis: bool, outcome: Outcome
) -> None:
    law = {"basis": {"law": "某法", "article": "1"}} if basis else {}
    material = Material.model_validate({"code": "m", "name": "户口簿", **law})
    (decision,) = rules.decide([Paper("a", "甲", material)], _shared(standing), {}, {"a": "甲"}, {})
    assert decision.outcome is outcome
    assert "上海市公安局" in decision.reason and "户籍信息" in decision.reason
    assert decision.evidence is not None and decision.evidence.standing is standing


@pytest.mark.parametrize(
    ("kinds", "other", "asked_by"),
    [
        (("data_sharing",), None, ("vin",)),
        ((), None, ("vin",)),
        (("commitment",), None, ("vin",)),
        (("licence_library",), Kind.LICENCE_LIBRARY, ()),
        (("generated",), None, ()),
    ],
)
@pytest.mark.parametrize("standing", Standing)
def test_a_decision_names_what_the_form_can_still_change(
    kinds: tuple[str, ...], other: Kind | None, asked_by: tuple[str, ...], standing: Standing
) -> None:
    one = paper(*kinds)
    where = Provenance("税务局", asked_by=("vin",), named=("车架号",))
    known = {
        Kind.DATA_SHARING: {
            one.key: Evidence(Kind.DATA_SHARING, "exchange", "g", "发票", standing=standing, provenance=where)
        }
    }
    if kinds == ("generated",) and standing in rules.BY_EXCHANGE:
        return  # sharing comes before what the system makes itself
    (decision,) = decide(one, evidence=known | (found(other, one) if other else {}))
    assert decision.asked_by == asked_by


def test_what_waits_for_the_form_need_not_be_brought_and_says_by_what() -> None:
    one = paper("data_sharing")
    where = Provenance("税务局", asked_by=("vin",), named=("车架号", "发票号"))

    def said(standing: Standing) -> tuple[Outcome, str]:
        evidence = Evidence(Kind.DATA_SHARING, "exchange", "g", "发票", standing=standing, provenance=where)
        (decision,) = decide(one, evidence={Kind.DATA_SHARING: {one.key: evidence}})
        return decision.outcome, decision.reason

    assert said(Standing.AWAITED) == (
        Outcome.EXEMPT,
        "填好“车架号、发票号”后，我们向税务局取得“发票”，不用您交",
    )
    assert said(Standing.CONFIRMING)[0] is Outcome.EXEMPT
    assert said(Standing.UNCONFIRMED) == (
        Outcome.REQUIRED, "没能核实“车架号、发票号”在您名下，没有向税务局查询“发票”，需要您准备",
    )  # fmt: skip

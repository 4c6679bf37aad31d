"""Which papers need not be brought. Pure: what was found comes in, nothing is looked up.

Each paper gets one answer, for the first reason in ``PRECEDENCE`` that holds, so that the same facts always
give the same reason. The order is the compiler's, with earlier uploads before a promise: a promise burdens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tongban.kernel.conditions import Answers, holds
from tongban.kernel.errors import N_
from tongban.kernel.law import law
from tongban.services.catalogue.types import Basis, Instead, Saving
from tongban.services.exemptions.types import Decision, Evidence, Key, Kind, Outcome, Paper, Standing

PRECEDENCE = (
    Kind.NO_LEGAL_BASIS,
    Kind.FORM_MERGE,
    Kind.BUNDLE_OUTPUT,
    Kind.LICENCE_LIBRARY,
    Kind.DATA_SHARING,
    Kind.GENERATED,
    Kind.DUPLICATE,
    Kind.EARLIER_UPLOAD,
    Kind.COMMITMENT,
)
OUTCOMES = {Kind.EARLIER_UPLOAD: Outcome.OFFERED, Kind.COMMITMENT: Outcome.COMMITMENT}
REASONS = {
    Kind.NO_LEGAL_BASIS: N_("没有法律、法规或者国务院决定要求这份材料，任何人不得要您交"),
    Kind.FORM_MERGE: N_("已经并入您填的这张总表，不用另写"),
    Kind.BUNDLE_OUTPUT: N_("由同一件事里的“{item}”办出来，部门之间直接传递"),
    Kind.LICENCE_LIBRARY: N_("电子证照库里有：{label}"),
    Kind.DATA_SHARING: N_("由受理部门按数据共享核对：{label}"),
    Kind.GENERATED: N_("由系统按您填的内容生成"),
    Kind.DUPLICATE: N_("同一份材料已经交给“{item}”，不重复收"),
    Kind.EARLIER_UPLOAD: N_("您以前交过：{label}，点一下就能再用"),
    Kind.COMMITMENT: N_("可以签一份承诺代替"),
}
OBTAINED = N_("由{provider}数据共享取得：{label}")
UNDER_WAY = N_("正在向{provider}取得“{label}”，不用您准备")
CONFIRMING = N_("核实“{fields}”在您名下以后，我们向{provider}取得“{label}”，不用您交")
AWAITED = N_("填好“{fields}”后，我们向{provider}取得“{label}”，不用您交")
LEFT_TO_OFFICE = N_("还没能从{provider}取得“{label}”，由受理部门接着取，不用您准备")
NEEDED = N_("需要您准备")
NEEDED_AFTER = {
    Standing.NOT_FOUND: N_("已向{provider}查询“{label}”，没有查到能用的记录，需要您准备"),
    Standing.NO_ANSWER: N_("暂时没能从{provider}取得“{label}”，请您先准备一份"),
    Standing.UNCONFIRMED: N_("没能核实“{fields}”在您名下，没有向{provider}查询“{label}”，需要您准备"),
}
BY_EXCHANGE = {
    Standing.FOUND: OBTAINED,
    Standing.UNDER_WAY: UNDER_WAY,
    Standing.CONFIRMING: CONFIRMING,
    Standing.AWAITED: AWAITED,
    Standing.NO_ANSWER: LEFT_TO_OFFICE,
}
OWN_LAW = {Kind.EARLIER_UPLOAD: "duplicate"}
Found = Mapping[Kind, Mapping[Key, Evidence]]


@law(
    "exempt-no-repeat",
    basis="上海市优化营商环境条例 29、32；国务院关于在线政务服务的若干规定 7",
    says="A paper that the licence library, a register or an earlier case holds is not asked for again",
)
@law(
    "exempt-no-basis",
    basis="优化营商环境条例 44；行政许可法 31",
    says="A paper without a legal basis may not be demanded",
)
def decide(
    papers: Sequence[Paper],
    found: Found,
    answers: Answers,
    names: Mapping[str, str],
    basis: Mapping[str, Basis],
) -> tuple[Decision, ...]:
    """Return one decision a paper, in the order given; ``names`` of the items that apply, by code."""
    asked: dict[str, Decision] = {}
    decisions = []
    for paper in papers:
        decision = _with_asked_by(_decide(paper, found, answers, names, basis, asked), found)
        word = paper.material.document
        if word and decision.outcome is not Outcome.EXEMPT:
            asked.setdefault(word, decision)
        decisions.append(decision)
    return tuple(decisions)


def _decide(
    paper: Paper, found: Found, answers: Answers, names: Mapping[str, str], basis: Mapping[str, Basis],
    asked: Mapping[str, Decision],
) -> Decision:  # fmt: skip
    reasons = {Kind(one.by.value): one for one in _allowed(paper, answers, names)}
    for kind in PRECEDENCE:
        evidence = found.get(kind, {}).get(paper.key)
        same = asked.get(paper.material.document or "") if kind is Kind.DUPLICATE else None
        if _applies(paper, kind, reasons, evidence, same):
            return _decision(paper, kind, reasons.get(kind), evidence, same, names, basis)
    required, sought = cite(paper.material.basis), found.get(Kind.DATA_SHARING, {}).get(paper.key)
    if sought is None or sought.standing not in NEEDED_AFTER:
        return Decision(*paper.key, paper.material.name, Outcome.REQUIRED, None, NEEDED, required)
    reason = _words(NEEDED_AFTER[sought.standing], sought)
    return Decision(*paper.key, paper.material.name, Outcome.REQUIRED, None, reason, required, sought)


def _with_asked_by(decision: Decision, found: Found) -> Decision:
    """Return a decision with the data elements by which departments are asked, unless something else spares the paper."""
    sought = found.get(Kind.DATA_SHARING, {}).get((decision.item, decision.code))
    if sought is None or sought.provenance is None or not sought.provenance.asked_by:
        return decision
    is_spared_anyhow = decision.outcome is Outcome.EXEMPT and decision.kind is not Kind.DATA_SHARING
    return decision if is_spared_anyhow else replace(decision, asked_by=sought.provenance.asked_by)


def _words(sentence: str, evidence: Evidence) -> str:
    where = evidence.provenance
    fields = "、".join(where.named) if where else ""
    return sentence.format(
        provider=where.provider if where else evidence.source, label=evidence.label, fields=fields
    )


def _allowed(paper: Paper, answers: Answers, names: Mapping[str, str]) -> Iterable[Instead]:
    for one in paper.material.instead:
        waits = one.by is Saving.BUNDLE_OUTPUT and (one.item not in names or one.item == paper.item)
        if holds(one.when, answers) and not waits:
            yield one


def _applies(
    paper: Paper,
    kind: Kind,
    reasons: Mapping[Kind, Instead],
    evidence: Evidence | None,
    same: Decision | None,
) -> bool:
    if paper.material.is_form:
        return kind is Kind.FORM_MERGE or (kind is Kind.NO_LEGAL_BASIS and kind in reasons)
    if kind is Kind.FORM_MERGE:
        return paper.is_merged
    if kind is Kind.DUPLICATE:
        return same is not None
    if kind is Kind.EARLIER_UPLOAD:
        return evidence is not None
    if kind is Kind.DATA_SHARING and evidence is not None and evidence.provenance is not None:
        return _is_obtained(paper, evidence.standing)
    if kind in (Kind.LICENCE_LIBRARY, Kind.DATA_SHARING):
        return kind in reasons and evidence is not None
    return kind in reasons


@law("exempt-while-obtained", basis="上海市数据条例 30；优化营商环境条例 44", says="A paper that is obtained by exchange is not asked "
     "for meanwhile; asked for in vain it is, but never where no law lets it be demanded")  # fmt: skip
def _is_obtained(paper: Paper, standing: Standing) -> bool:
    if standing is Standing.NO_ANSWER:
        return paper.material.basis is None
    return standing in (Standing.FOUND, Standing.UNDER_WAY, Standing.CONFIRMING, Standing.AWAITED)


def _decision(
    paper: Paper, kind: Kind, instead: Instead | None, evidence: Evidence | None, same: Decision | None,
    names: Mapping[str, str], basis: Mapping[str, Basis],
) -> Decision:  # fmt: skip
    source = same.item if same else (instead.item if instead and instead.item else "")
    reason = REASONS[kind].format(item=names.get(source, source), label=evidence.label if evidence else "")
    if evidence is not None and evidence.provenance is not None:
        reason = _words(BY_EXCHANGE[evidence.standing], evidence)
    general = basis.get(OWN_LAW.get(kind, kind.value))
    return Decision(
        *paper.key, paper.material.name, OUTCOMES.get(kind, Outcome.EXEMPT), kind, reason,
        cite(instead.basis if instead and instead.basis else general), evidence,
        (same.item, same.code) if same else None,
    )  # fmt: skip


def cite(basis: Basis | None) -> str:
    """Return a law and its article as people write it; empty where there is none."""
    if basis is None:
        return ""
    return f"《{basis.law}》" + (f"第 {basis.article} 条" if basis.article else "")

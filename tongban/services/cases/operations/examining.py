"""Which papers the applicant need not bring: asked when a draft begins, and again when an old one is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tongban.foundation.statements import operations as writing
from tongban.foundation.statements.operations import Part
from tongban.kernel.errors import N_
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import models
from tongban.services.cases.types import CaseState, FieldValue, MaterialState
from tongban.services.catalogue import queries as catalogue
from tongban.services.exemptions import operations as exemptions
from tongban.services.exemptions.types import (
    Decision,
    Evidence,
    Outcome,
    Paper,
    Provenance,
    Request,
    Standing,
)
from tongban.services.obtaining import operations as obtaining

Fields = Mapping[str, FieldValue]
SECONDARY = "3"  # 材料必要性 3 容缺后补
EXAMINED = ("state", "kind", "reason", "law", "evidence", "same_as")
TOLD = ("reason", "evidence")
UNDER_WAY = (Standing.UNDER_WAY, Standing.CONFIRMING)
IN_VAIN = N_("已向{provider}查询“{label}”，没有取得；要补的话，受理部门会一次告诉您")
NOT_ASKED = N_("没能核实“{fields}”在您名下，没有向{provider}查询“{label}”；要补的话，受理部门会一次告诉您")


def examining(
    row: models.Case, fields: Fields, papers: Sequence[Paper], names: Mapping[str, str], *, by: Actor, at: datetime
) -> list[Part]:  # fmt: skip
    """Return the papers of a new draft, each with what was decided about it, as parts of a statement.

    The row, which is not written yet, learns by which of its fields departments are asked.
    """
    words = {
        paper.key: (paper.material.document or "", paper.material.necessity == SECONDARY) for paper in papers
    }
    decisions, kept, wanted = _decisions(row, fields, papers, names, by, at)
    row.asked_by = _asked_by(decisions)
    materials = [
        models.Material(
            case_id=row.id, position=position, item=one.item, code=one.code, name=one.name,
            word=words[one.item, one.code][0], is_secondary=words[one.item, one.code][1], **_decided(one),
        )
        for position, one in enumerate(decisions)
    ]  # fmt: skip
    return [*([writing.inserting(materials)] if materials else []), *kept, *wanted]


def examine_again(
    row: models.Case, fields: Fields | None, *, by: Actor, at: datetime, also: Sequence[Part] = ()
) -> bool:
    """Look again at what is exempt or missing, by the versions the case began with: a licence may have ended,
    a register may have learned. What was given or signed stays. ``also`` is written in the same statement.

    Returns whether a department is to be asked for something more now. Without ``fields`` none is by what the form says.
    """
    return _examine(row, fields, by, at, _is_not_given, _decided, also)


def asks_otherwise(row: models.Case, before: Fields, after: Fields) -> bool:
    """Return whether something has changed in a form by which departments are asked for papers of the case."""
    return any(_text(before.get(one)) != _text(after.get(one)) for one in row.asked_by)


def examine_changed(
    row: models.Case, fields: Fields, *, by: Actor, at: datetime, also: Sequence[Part] = ()
) -> None:
    """Look again at the papers that departments are asked for by what the form says, now that it says something else.

    After filing nobody is asked for more by this: what has come by the value before is noted as no longer there.
    """
    if row.state == CaseState.DRAFT:
        examine_again(row, fields, by=by, at=at, also=also)
    else:
        _examine(row, fields, by, at, _is_of_form, _told, also)


def _is_of_form(present: models.Material) -> bool:
    return present.state == MaterialState.EXEMPT and bool((present.evidence or {}).get("asked_by"))


def _is_not_given(present: models.Material) -> bool:
    return present.state in (MaterialState.EXEMPT, MaterialState.MISSING)


def examine_filed(row: models.Case, fields: Fields | None, *, by: Actor, at: datetime) -> bool:
    """Note what has come of papers that were under way when the case was handed in.

    Nobody is asked for more by this: that is the office's one notice (行政许可法 32), which it may now give.
    Returns whether a department is to be asked for something more now.
    """
    return _examine(row, fields, by, at, _is_under_way, _told)


def _is_under_way(present: models.Material) -> bool:
    return (present.evidence or {}).get("standing") in UNDER_WAY


def _told(one: Decision) -> dict[str, Any]:
    """Return the columns that say what was obtained after filing; whether it is asked for is for the office."""
    said, evidence = _decided(one), one.evidence
    if one.outcome is not Outcome.EXEMPT and evidence is not None and evidence.provenance is not None:
        sentence = NOT_ASKED if evidence.standing is Standing.UNCONFIRMED else IN_VAIN
        where = evidence.provenance
        said["reason"] = sentence.format(
            provider=where.provider, label=evidence.label, fields="、".join(where.named)
        )
    return {name: said[name] for name in TOLD}


def _examine(
    row: models.Case, fields: Fields | None, by: Actor, at: datetime, is_open: Callable[[models.Material], bool],
    said: Callable[[Decision], dict[str, Any]], also: Sequence[Part] = (),
) -> bool:  # fmt: skip
    items = {code: catalogue.get_item(code, version).item for code, version in row.versions.items()}
    materials = {(code, one.code): one for code, item in items.items() for one in item.materials}
    rows = {
        (one.item, one.code): one
        for one in models.Material.objects.filter(case_id=row.id).order_by("position")
    }
    papers = [
        Paper(key[0], items[key[0]].name, materials[key], one.kind == "form_merge")
        for key, one in rows.items()
        if key in materials
    ]
    changed = []
    names = {code: item.name for code, item in items.items()}
    decisions, kept, wanted = _decisions(row, fields, papers, names, by, at)
    for decision in decisions:
        present = rows[decision.item, decision.code]
        decided = said(decision)
        if is_open(present) and any(getattr(present, name) != value for name, value in decided.items()):
            for name, value in decided.items():
                setattr(present, name, value)
            changed.append(present)
    parts = [*(writing.updating(one, EXAMINED) for one in changed), *kept, *wanted, *also]
    if (asked_by := _asked_by(decisions)) != row.asked_by:
        row.asked_by = asked_by
        parts.append(writing.updating(row, ("asked_by",)))
    writing.run_together(parts)
    return bool(wanted)


def _asked_by(decisions: Sequence[Decision]) -> list[str]:
    return sorted({element for one in decisions for element in one.asked_by})


def _decisions(
    row: models.Case, fields: Fields | None, papers: Sequence[Paper], names: Mapping[str, str], by: Actor, at: datetime
) -> tuple[tuple[Decision, ...], list[Part], list[Part]]:  # fmt: skip
    """Return what is decided, and the parts of a statement that keep it and that have departments asked."""
    applicant, subject = Subject(row.applicant_kind, row.applicant_id), Subject("case", str(row.id))
    form = asked_values(row, fields) if fields is not None else {}
    request = Request(applicant, at, row.answers, frozenset(row.items), not_in=str(row.id), form=form)
    found, kept = exemptions.examining(
        subject=subject, request=request, papers=papers, names=names, by=by, at=at
    )
    wanted = obtaining.wanting(subject=subject, request=request, decisions=found.decisions, at=at)
    return found.decisions, kept, wanted


def asked_values(row: models.Case, fields: Fields) -> dict[str, str]:
    """Return what the form says of each of its fields, as departments can be asked by it; empty where it says nothing."""
    return {code: _text(fields.get(code)) for code, *_ in row.form}


def _text(value: FieldValue | None) -> str:
    said = value.value if value is not None else None
    return "" if said is None or isinstance(said, bool | list) else str(said)


def _decided(one: Decision) -> dict[str, Any]:
    """Return the columns of a paper that say what was decided."""
    return {
        "state": (MaterialState.EXEMPT if one.outcome is Outcome.EXEMPT else MaterialState.MISSING).value,
        "kind": one.kind.value if one.kind else "",
        "reason": one.reason[:400],
        "law": one.law[:400],
        "evidence": _found(one.evidence) if one.evidence else None,
        "same_as": list(one.same_as) if one.same_as else None,
    }


def _found(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source,
        "reference": evidence.reference,
        "label": evidence.label,
        "document": str(evidence.document) if evidence.document else None,
    } | (_obtained(evidence, evidence.provenance) if evidence.provenance else {})


def _obtained(evidence: Evidence, where: Provenance) -> dict[str, Any]:
    return {
        "standing": evidence.standing.value,
        "provider": where.provider,
        "fields": list(where.fields),
        "exchange": str(where.exchange) if where.exchange else None,
        "at": where.at.isoformat() if where.at else None,
        "asked_by": list(where.asked_by),
    }

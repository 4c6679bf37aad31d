"""Which papers are still needed, and why the others are not.

Each paper that an item asks is answered once: it is needed, or it is saved for the first reason in
``PRECEDENCE`` that holds. The precedence is fixed so that the same paper always has the same reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tongban.kernel.conditions import Answers, holds
from tongban.services.bundles.rules.chosen import Chosen
from tongban.services.bundles.rules.words import finished, law_for, say
from tongban.services.bundles.types import Measure, Names, NeededMaterial, Reduction, Said
from tongban.services.catalogue.types import Instead, Item, Material, Saving

PRECEDENCE = (
    Saving.NO_LEGAL_BASIS,  # nobody may ask for it at all
    Saving.FORM_MERGE,  # not a paper any more but a part of the one form
    Saving.BUNDLE_OUTPUT,  # it does not exist yet: this very bundle makes it
    Saving.LICENCE_LIBRARY,
    Saving.DATA_SHARING,
    Saving.GENERATED,
    Saving.COMMITMENT,  # last of all: a promise burdens the applicant
)
OWN_PAPER = "10"  # 材料来源 10 申请人自备


def instead_of(
    material: Material, own: str, applying: Collection[str], answers: Answers, has_form: bool
) -> Instead | None:
    """Return what stands in for the paper in this bundle, before forms and duplicates are looked at.

    Of an application form only the lack of a legal basis counts: it is merged, or it is the merged form.
    """
    allowed = [one for one in material.instead if holds(one.when, answers) and _possible(one, own, applying)]
    for kind in PRECEDENCE:
        if material.is_form and kind is not Saving.NO_LEGAL_BASIS:
            return None
        if kind is Saving.FORM_MERGE and not has_form:
            continue
        for one in allowed:
            if one.by is kind:
                return one
    return None


def _possible(one: Instead, own: str, applying: Collection[str]) -> bool:
    return one.by is not Saving.BUNDLE_OUTPUT or (one.item in applying and one.item != own)


@dataclass(slots=True)
class Papers:
    """The papers of a bundle, decided."""

    insteads: dict[tuple[str, str], Instead | None]
    needed: list[NeededMaterial] = field(default_factory=list)
    saved: list[Reduction] = field(default_factory=list)


def outputs_used(chosen: Mapping[str, Chosen], answers: Answers) -> tuple[Papers, dict[str, frozenset[str]]]:
    """Decide what stands in for each paper, and return beside it whose output each item waits for."""
    has_form = any(m.is_form and not _baseless(m, answers) for c in chosen.values() for m in c.materials)
    insteads = {
        (code, material.code): instead_of(material, code, chosen.keys(), answers, has_form)
        for code, one in chosen.items()
        for material in one.materials
    }
    waits: dict[str, set[str]] = {code: set() for code in chosen}
    for (code, _), instead in insteads.items():
        if instead is not None and instead.by is Saving.BUNDLE_OUTPUT and instead.item:
            waits[code].add(instead.item)
    return Papers(insteads), {code: frozenset(items) for code, items in waits.items()}


def _baseless(material: Material, answers: Answers) -> bool:
    return any(i.by is Saving.NO_LEGAL_BASIS and holds(i.when, answers) for i in material.instead)


def settle(papers: Papers, ordered: Iterable[Chosen], items: Mapping[str, Item], names: Names) -> None:
    """Walk the papers in canonical order: the first form stays, a paper needed already is asked once."""
    form: int | None = None
    first: dict[str, int] = {}
    for one in ordered:
        for material in one.materials:
            instead = papers.insteads[one.code, material.code]
            if instead is not None:
                papers.saved.append(_saved(one, material, instead, items, names))
            elif material.is_form and form is not None:
                papers.needed[form] = _merged(papers.needed[form], one.code)
                papers.saved.append(_reduction(one, material, Saving.FORM_MERGE, None, names))
            elif material.document in first:
                index = first[material.document]
                papers.needed[index] = _shared(papers.needed[index], one.code)
                giver = items[papers.needed[index].item].name
                papers.saved.append(_reduction(one, material, Saving.DUPLICATE, None, names, item=giver))
            else:
                if material.is_form:
                    form = len(papers.needed)
                if material.document:
                    first[material.document] = len(papers.needed)
                papers.needed.append(_needed(one, material))


def _saved(
    one: Chosen, material: Material, instead: Instead, items: Mapping[str, Item], names: Names
) -> Reduction:
    return _reduction(one, material, instead.by, instead, names, **_places(instead, material, items, names))


def _places(instead: Instead, material: Material, items: Mapping[str, Item], names: Names) -> dict[str, str]:
    if instead.by is Saving.BUNDLE_OUTPUT and instead.item:
        return {"item": items[instead.item].name}
    if instead.by is Saving.LICENCE_LIBRARY:
        licence = names.licences.get(instead.licence or "")
        return {"licence": licence.name if licence else instead.licence or material.name}
    if instead.by is Saving.DATA_SHARING:
        return {"data": instead.data or material.name}
    return {}


def _reduction(
    one: Chosen, material: Material, kind: Saving, instead: Instead | None, names: Names, **places: str
) -> Reduction:
    said = say(kind, **places)
    return Reduction(
        measure=Measure.MATERIALS,
        kind=kind.value,
        count=1,
        what=material.name,
        reason=_reason(said),
        law=law_for(kind, instead.basis if instead else None, names.saving_basis),
        item=one.code,
        material=material.code,
        sure=(instead or material).sure.value,
        note=instead.note if instead else None,
        said=said,
    )


def _reason(said: Said) -> str:
    return finished(said)[:300]


def _shared(needed: NeededMaterial, code: str) -> NeededMaterial:
    if code == needed.item or code in needed.also_for:
        return needed
    return needed.model_copy(update={"also_for": (*needed.also_for, code)})


def _merged(form: NeededMaterial, code: str) -> NeededMaterial:
    return _shared(form, code).model_copy(update={"merged": form.merged + 1})


def _needed(one: Chosen, material: Material) -> NeededMaterial:
    return NeededMaterial(
        item=one.code,
        code=material.code,
        name=material.name,
        how=_how(material),
        issuer=material.issuer,
        blank=material.blank,
        example=material.example,
        basis=material.basis,
        sure=material.sure.value,
    )


def _how(material: Material) -> str:
    """Return how it is given: filled in, signed where there is a model text for it, else uploaded."""
    if material.is_form:
        return "fill"
    return "sign" if material.blank and material.source_type == OWN_PAPER else "upload"

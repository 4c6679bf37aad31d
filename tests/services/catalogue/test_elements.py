"""The 64 elements each have their field, and each field of an item its reason."""

from __future__ import annotations

import json

import pytest

from tongban.foundation.packs.reading.explaining import annotation_at
from tongban.runtime.environment import ROOT
from tongban.services.catalogue import types
from tongban.services.catalogue.codes import LIST_OF_FIELD, LISTS, label
from tongban.services.catalogue.elements import ELEMENTS, OF_MATERIALS, OURS, Element, steps_of
from tongban.services.catalogue.types import Item

SHARED = ROOT.parent / "shared" / "data" / "codes"
ENUMS = {
    "task_type": types.TaskType,
    "level": types.Level,
    "audience": types.Audience,
    "handle_form": types.HandleForm,
    "case_kind": types.CaseKind,
    "item_state": types.ItemState,
    "depth": types.Depth,
    "sure": types.Sure,
    "unit": types.Unit,
    "visit_purpose": types.VisitPurpose,
    "saving": types.Saving,
    "original": types.Original,
}


def test_there_are_sixty_four() -> None:
    assert len(ELEMENTS) == 64
    assert len({element.term for element in ELEMENTS}) == 64


@pytest.mark.parametrize("element", [*ELEMENTS, *OF_MATERIALS], ids=lambda element: element.term)
def test_each_is_carried_by_a_field(element: Element) -> None:
    if element.kept:
        assert not element.field
    else:
        assert annotation_at(Item, steps_of(element.field)) is not None, element.field
    assert not element.codes or element.codes in LISTS


def test_each_field_of_an_item_is_an_element_or_ours() -> None:
    carried = {str(steps_of(element.field)[0]) for element in (*ELEMENTS, *OF_MATERIALS) if element.field}
    fields = set(Item.model_fields)
    assert carried | set(OURS) == fields
    assert not carried & set(OURS)


@pytest.mark.parametrize("name", ENUMS)
def test_code_lists_and_enumerations_agree(name: str) -> None:
    assert set(LISTS[name].labels) == {member.value for member in ENUMS[name]}


def test_labels() -> None:
    assert label("task_type", "01") == "行政许可"
    assert label("task_type", "01", "en") == "Administrative licence"
    assert label("task_type", "77") == "77"
    with pytest.raises(KeyError):
        label("no_such_list", "1")


def test_every_label_has_both_languages() -> None:
    for codes in LISTS.values():
        assert codes.name and codes.english and codes.origin
        assert all(chinese and english for chinese, english in codes.labels.values())
    assert set(LIST_OF_FIELD.values()) <= set(LISTS)


@pytest.mark.skipif(not SHARED.exists(), reason="the national code lists are not beside this checkout")
@pytest.mark.parametrize(
    ("file", "theirs", "ours"),
    [
        ("gbt39046_codes.json", "task_type", "task_type"),
        ("gbt39046_codes.json", "use_level", "level"),
        ("gbt39046_codes.json", "implementer_nature", "implementer_nature"),
        ("gbt39046_codes.json", "service_object", "audience"),
        ("gbt39046_codes.json", "handle_form", "handle_form"),
        ("gbt39046_codes.json", "project_type", "case_kind"),
        ("gbt39046_codes.json", "special_procedure", "special_procedure"),
        ("gbt39046_codes.json", "satisfaction", "satisfaction"),
        ("implementation_codes.json", "material_necessity", "necessity"),
        ("implementation_codes.json", "material_source", "source_type"),
        ("implementation_codes.json", "online_depth", "online_depth"),
        ("implementation_codes.json", "power_source", "power_source"),
        ("implementation_codes.json", "handle_mode", "handle_mode"),
        ("implementation_codes.json", "licence_category", "licence_category"),
    ],
)
def test_code_lists_agree_with_those_that_were_read(file: str, theirs: str, ours: str) -> None:
    read = {
        code: name for code, name in json.loads((SHARED / file).read_text())[theirs].items() if code != "name"
    }
    known = {
        code: names[0].replace("（", "(").replace("）", ")") for code, names in LISTS[ours].labels.items()
    }
    assert read.items() <= known.items()
    assert set(known) - set(read) <= {"0"}

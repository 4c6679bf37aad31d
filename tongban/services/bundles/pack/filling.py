"""Answers that fill in the form: into an element that the form has, with values that it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.foundation.packs.types import Finding
from tongban.kernel.conditions import Answer
from tongban.services.bundles.rules.filling import written
from tongban.services.bundles.types import Bundle, BundleQuestion
from tongban.services.catalogue.types import DataElement, Item


def filling_findings(
    bundle: Bundle, items: Mapping[str, Item], elements: Mapping[str, DataElement]
) -> Iterator[Finding]:
    """Yield questions that fill in what no item of the bundle asks, or what the element does not take."""
    asked = {code for entry in bundle.items if entry.item in items for code in items[entry.item].form}
    whole = all(entry.item in items for entry in bundle.items)
    for position, question in enumerate(bundle.questions):
        element = elements.get(question.fills or "")
        path: tuple[str | int, ...] = ("questions", position, "fills")
        values = {"code": question.code, "element": question.fills}
        if element is None:
            continue
        if whole and element.code not in asked:
            yield Finding("fills-unasked", path, values)
        for value in _possible(question):
            if not _takes(element, value):
                yield Finding("fills-not-fitting", path, {**values, "value": value})


def _possible(question: BundleQuestion) -> tuple[Answer, ...]:
    if question.kind == "choice":
        return tuple(written(question, one.value) for one in question.choices)
    return (question.default,)


def _takes(element: DataElement, value: Answer) -> bool:
    if element.kind == "boolean" or isinstance(value, bool):
        return element.kind == "boolean" and isinstance(value, bool)
    if element.kind == "number" or not isinstance(value, str):
        return element.kind == "number" and not isinstance(value, str)
    return element.kind in ("text", "choice") and (not element.choices or value in element.choices)

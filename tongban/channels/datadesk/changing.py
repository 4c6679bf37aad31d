"""Changing an entry at a form: what the form does not show stays, and nobody writes over what they have not seen."""

from __future__ import annotations

from tongban.channels.ui.typed import Typed
from tongban.datahub.resources import queries
from tongban.datahub.resources.errors import ChangedMeanwhile, WouldCut
from tongban.datahub.resources.types import LegalBasis, ListKind
from tongban.kernel.errors import Failure

VERSION, CHANGED, CUT = "version", "changed", "cut"


def version_of(kind: ListKind, code: str) -> str:
    """Return the number of an entry's last version, empty for one that is new: it goes with the form."""
    return next((str(one.number) for one in queries.versions(kind, code)), "") if code else ""


def seen(form: Typed) -> int | None:
    """Return which version was on the form; raise Invalid where it is no number."""
    return form.number(VERSION) if form.get(VERSION) else None


def cut(form: Typed) -> int:
    """Return of how many grants that lose fields the form has told; raise Invalid where it is no number."""
    return form.number(CUT) if form.get(CUT) else 0


def again(form: Typed, failure: Failure) -> Typed:
    """Return the form as it is shown again: who was told of another's version, or of grants that lose fields, may write."""
    if isinstance(failure, WouldCut):
        return Typed(form.values | {CUT: [str(failure.count)]})
    if not isinstance(failure, ChangedMeanwhile):
        return form
    return Typed(form.values | {VERSION: [str(failure.number)], CHANGED: ["yes"]})


def cited(form: Typed, before: LegalBasis | None) -> dict[str, object]:
    """Return the law and article of a form; of the same article all that was known of it."""
    said: dict[str, object] = {"law": form.get("law"), "article": form.get("article") or None}
    if before is not None and (before.law, before.article) == (said["law"], said["article"]):
        return before.model_dump(mode="json")
    return said

"""What may leave: of every change the granted fields, and no other. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tongban.datahub.subscriptions.errors import FileNeedsAllFields, KeyNotGranted
from tongban.datahub.subscriptions.types import Change, Feed, Kind, Placed
from tongban.kernel.law import law


@law(
    "feed-granted-fields",
    basis="个人信息保护法 6；上海市数据条例 39",
    says="Of every change only the fields that the grant names leave the node, at the moment of its delivery; a change of "
    "other fields is not told at all",
)
def granted(change: Placed, keys: Collection[str], fields: Collection[str]) -> dict[str, object] | None:
    """Return the granted fields of a change, None where there is nothing to tell.

    ``fields`` of a file's announcement are not those of the rows: who may have the file may read all of it.
    """
    if change.kind is Kind.FILE:
        return dict(change.fields)
    left = {name: value for name, value in change.fields.items() if name in fields}
    is_told_nothing = (
        change.kind is Kind.CHANGED and len(left) < len(change.fields) and left.keys() <= set(keys)
    )
    return None if is_told_nothing else left


def check_keys(feed: Feed, fields: Collection[str]) -> None:
    """Raise KeyNotGranted unless all key fields are granted."""
    missing = [key for key in feed.keys if key not in fields]
    if missing:
        raise KeyNotGranted("、".join(missing))


def covers_all(feed: Feed, fields: Collection[str]) -> bool:
    """Return whether a grant covers every field of the feed's resource."""
    return set(feed.fields) <= set(fields)


@law(
    "feed-file-needs-all-fields",
    basis="个人信息保护法 6；上海市数据条例 39",
    says="A file can not be cut to some fields: it is given only under a grant of all of them",
)
def check_file(feed: Feed, fields: Collection[str]) -> None:
    """Raise FileNeedsAllFields naming the fields that the grant leaves out."""
    if not covers_all(feed, fields):
        missing: Sequence[str] = [field for field in feed.fields if field not in fields]
        raise FileNeedsAllFields("、".join(missing))


def subject_of(feed: Feed, change: Change) -> str:
    """Return the number of whose data a change is, empty where the feed names nobody."""
    is_of_somebody = feed.subject and change.kind is not Kind.FILE
    return str(change.fields.get(feed.subject) or "") if is_of_somebody else ""

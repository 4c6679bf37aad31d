"""Who else is named in a change, though the row is another's: a spouse, a child, a guarantor."""

from __future__ import annotations

from tongban.datahub.subscriptions.types import Change, Feed, Kind
from tongban.foundation.identity.queries import numbers_in
from tongban.kernel.law import law
from tongban.kernel.values import texts_of


@law(
    "feed-named-recorded",
    basis="个人信息保护法 44、45",
    says="Whoever's number stands in a personal field of a change finds to whom that field was told, though the change is "
    "another's",
)
def named_in(feed: Feed, change: Change) -> set[tuple[str, str]]:
    """Return fields and the numbers of persons and companies in them that are not those of whose row it is."""
    if change.kind is Kind.FILE:
        return set()
    own = str(change.fields.get(feed.subject, ""))
    said = ((name, set(texts_of(change.fields.get(name))) - {own}) for name in feed.personal)
    found = {(name, number) for name, texts in said if texts for number in numbers_in(texts)}
    # Most changes name nobody else: whose own number is written otherwise is looked at only then.
    return {(name, number) for name, number in found if number not in numbers_in([own])} if found else found

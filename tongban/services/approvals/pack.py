"""What approvals ask of a city pack: what can be applied for, somebody may decide."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.foundation.government.types import Department, May, Post, StaffMember
from tongban.foundation.packs.reading import Entries
from tongban.foundation.packs.types import Place, Problems, Rule, Severity, table
from tongban.kernel.errors import N_
from tongban.services.bundles.types import Bundle
from tongban.services.catalogue.types import Depth, Item, ItemState

RULES = table(
    Rule(
        "nobody-decides",
        N_(
            "{count} 个部门有已发布的事项，却没有人可以作决定（要有工作人员持有 may 里写 decide 或者 head 的岗位）：{departments}。"
        ),
        "What is applied for is decided within its limit; where nobody may decide, every limit is missed.",
        law="行政许可法 38、42",
        severity=Severity.WARNING,
    ),
)
POSTS = "government/posts.yaml"
MOST_NAMED = 8
DECIDING = frozenset({May.DECIDE, May.HEAD})


def check(
    departments: Entries[Department],
    posts: Entries[Post],
    staff: Entries[StaffMember],
    items: Iterable[Item],
    bundles: Iterable[Bundle],
    problems: Problems,
) -> None:
    """Tell which departments can not decide what they offer; a pack without staff does not say who works there."""
    if not staff.records:
        return
    missing = sorted((_offering(items, bundles) & departments.records.keys()) - _deciding(posts, staff))
    if missing:
        named = tuple(missing[:MOST_NAMED]) + (("…",) if len(missing) > MOST_NAMED else ())
        problems.add(RULES["nobody-decides"], Place(POSTS), count=len(missing), departments=named)


def _offering(items: Iterable[Item], bundles: Iterable[Bundle]) -> set[str]:
    """Return the departments of what can be applied for: published in full, or part of a bundle."""
    bundled = {entry.item for bundle in bundles for entry in bundle.items}
    return {
        item.department
        for item in items
        if item.state is ItemState.IN_USE and (item.depth is Depth.FULL or item.code in bundled)
    }


def _deciding(posts: Entries[Post], staff: Entries[StaffMember]) -> set[str]:
    """Return the departments in which somebody holds a post that decides."""
    held = {code for member in staff.records.values() for code in member.posts}
    return {
        post.department for code, post in posts.records.items() if code in held and DECIDING & set(post.may)
    }

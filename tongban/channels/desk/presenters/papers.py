"""The papers of a case: what became of each, and where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import N_
from tongban.services.cases.types import Case, CaseMaterial, CaseState, MaterialState, Role

PROVENANCE = {
    "licence_library": (N_("电子证照"), "id-card"),
    "data_sharing": (N_("数据共享"), "network"),
    "commitment": (N_("告知承诺"), "pen-line"),
    "generated": (N_("系统生成"), "sparkles"),
    "form_merge": (N_("合进一张表"), "file-text"),
    "bundle_output": (N_("前一事项的结果"), "layers"),
    "duplicate": (N_("只交一次"), "copy"),
    "no_legal_basis": (N_("没有依据，不收"), "circle-x"),
}
GIVEN = (N_("申请人提交"), "upload")
COMMITTED = (N_("告知承诺"), "pen-line")
STATES = {
    MaterialState.EXEMPT: (N_("免交"), "good"),
    MaterialState.GIVEN: (N_("已交"), "good"),
    MaterialState.COMMITTED: (N_("已承诺"), "good"),
    MaterialState.MISSING: (N_("缺"), "near"),
    MaterialState.LATER: (N_("容缺后补"), "near"),
}
WITH_THE_CLERK = frozenset({CaseState.RECEIVED, CaseState.SUPPLEMENT})
"""Who accepts looks through everything; afterwards each department has its own."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: its provenance and state in words; ``is_open`` says whether the post may look inside."""

    material: CaseMaterial
    provenance: str
    icon: str
    state: str
    tone: str
    is_open: bool
    belongs_to: str

    @property
    def key(self) -> str:
        """Return what an address says to mean this paper."""
        return f"{self.material.item}.{self.material.code}"


@dataclass(frozen=True, slots=True)
class Papers:
    """All papers of a case, and how many of each provenance."""

    papers: tuple[Paper, ...]
    exempt: int
    given: int
    missing: int
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Owner:
    """The departments of an item, and its name."""

    departments: set[str]
    name: str


def papers(case: Case, owners: Mapping[str, Owner], access: StaffAccess, roles: frozenset[Role]) -> Papers:
    """Return the papers of a case as a post may see them, its own first; ``owners`` by item."""
    is_whole, theirs = sees_all(case.state, roles), access.departments_for(case.district)
    found = tuple(_paper(one, owners, theirs, is_whole) for one in case.materials)
    states = Counter(one.material.state for one in found)
    return Papers(
        papers=tuple(sorted(found, key=lambda one: not one.is_open)),
        exempt=states[MaterialState.EXEMPT],
        given=states[MaterialState.GIVEN] + states[MaterialState.COMMITTED],
        missing=states[MaterialState.MISSING] + states[MaterialState.LATER],
        shares=tuple(Counter(one.provenance for one in found).most_common()),
    )


def _paper(one: CaseMaterial, owners: Mapping[str, Owner], theirs: frozenset[str], is_whole: bool) -> Paper:
    provenance, icon = PROVENANCE.get(one.kind, GIVEN)
    if one.state is MaterialState.COMMITTED:
        provenance, icon = COMMITTED
    elif one.state is MaterialState.GIVEN:
        provenance, icon = GIVEN
    owner = owners.get(one.item)
    is_open = is_whole or may_open(owner, theirs)
    state, tone = STATES[one.state]
    return Paper(one, provenance, icon, state, tone, is_open, "" if is_open or owner is None else owner.name)


def sees_all(state: CaseState, roles: frozenset[Role]) -> bool:
    """Return whether all papers are open: to the clerk while it is to be accepted, to supervision always."""
    return Role.SUPERVISOR in roles or (Role.CLERK in roles and state in WITH_THE_CLERK)


def may_open(owner: Owner | None, departments: frozenset[str]) -> bool:
    """Return whether a post may look inside: its own department's papers."""
    return owner is not None and bool(owner.departments & departments)


def chosen(some: Papers, wanted: str) -> Paper | None:
    """Return the paper that an address means; else the first with something to look at."""
    by_key = {one.key: one for one in some.papers if one.is_open}
    if wanted in by_key:
        return by_key[wanted]
    return next((one for one in by_key.values() if one.material.document), next(iter(by_key.values()), None))

"""Reads: who answers for what, and where the halls are. Frozen records of the pack, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from pydantic import BaseModel

from tongban.foundation.government import models, rules
from tongban.foundation.government.types import (
    Body,
    Centre,
    Department,
    District,
    Duty,
    Level,
    Outline,
    Post,
    StaffMember,
    Street,
    Window,
)
from tongban.foundation.statements import queries as statements
from tongban.kernel.errors import N_, NotFound

# What every act on a case asks for: prepared, and read once as long as it says the same.
DEPARTMENT = "SELECT document::text FROM government_department WHERE code = %s"
BODY = """
SELECT (SELECT document::text FROM government_department WHERE code = %s),
    (SELECT document::text FROM government_district WHERE is_current AND code = %s ORDER BY position LIMIT 1)
"""
STAFF_MEMBER = "SELECT document::text FROM government_staffmember WHERE is_current AND code = %s ORDER BY position LIMIT 1"
POSTS = "SELECT document::text FROM government_post WHERE is_current AND code = ANY(%s) ORDER BY position"
STAFF_MEMBER_WITH_POSTS = """
SELECT document::text, ARRAY(
    SELECT p.document::text FROM government_post p
    WHERE p.is_current AND p.code = ANY(ARRAY(SELECT jsonb_array_elements_text(s.document -> 'posts')))
    ORDER BY p.position)
FROM government_staffmember s WHERE is_current AND code = ANY(%s) ORDER BY position
"""
KEPT = 4000
R = TypeVar("R", bound=BaseModel)


def departments() -> tuple[Department, ...]:
    """Return all departments in the pack's order."""
    return tuple(Department.model_validate(document) for document in _documents(models.Department.objects))


def get_department(code: str) -> Department:
    """Return the department with this code; raise NotFound."""
    found = statements.one(DEPARTMENT, [code])
    return _known(code, found[0] if found else None)


def get_body(department: str, district: str, *, city: str) -> Body:
    """Return the body of a department in a district (six digits, or none); raise NotFound.

    Args: ``city`` is what a district's name follows in the body's, e.g. 上海市.
    """
    found, place = statements.one(BODY, [department, district]) or (None, None)
    return rules.body_of(_known(department, found), _read(District, place) if place else None, city)


def party_of(department: str, district: str) -> str:
    """Return a department's body in a district (six digits, or none) as the exchange names it; empty where it has none."""
    found, place = statements.one(BODY, [department, district]) or (None, None)
    if not found or not place:
        return ""
    return rules.party_of(_read(Department, found), _read(District, place))


def _known(code: str, document: str | None) -> Department:
    if document is None:
        raise NotFound("department-unknown", N_("没有代码为“{department}”的部门。"), department=code)
    return _read(Department, document)


def find_department(name: str) -> Department | None:
    """Return the department that has this code, name, short name or alias, also as a district writes it."""
    places = models.District.objects.filter(is_current=True).values_list("name", flat=True)
    wanted = [name, *rules.readings(name, places)]
    found = dict(models.DepartmentName.objects.filter(name__in=wanted).values_list("name", "department_id"))
    codes = [found[reading] for reading in wanted if reading in found] or [name]
    document = models.Department.objects.filter(code=codes[0]).values_list("document", flat=True).first()
    return document and Department.model_validate(document)


def department_names() -> dict[str, str]:
    """Return every name by which a department is found → its code."""
    return dict(models.DepartmentName.objects.values_list("name", "department_id"))


def districts() -> tuple[District, ...]:
    """Return all districts in the pack's order."""
    return tuple(District.model_validate(document) for document in _documents(models.District.objects))


def outlines() -> tuple[Outline, ...]:
    """Return how districts are drawn, in the pack's order; none where the city has no map."""
    return tuple(Outline.model_validate(document) for document in _documents(models.Outline.objects))


def find_district(code_or_slug: str) -> District | None:
    """Return the district with this six-digit code or slug, None if there is none."""
    for district in districts():
        if code_or_slug in (district.code, district.slug):
            return district
    return None


def offices_of_districts(codes: Iterable[str]) -> dict[str, Department]:
    """Return the offices of districts that have these codes: ``pudong-archives`` is 浦东新区档案局, ``pudong`` the district."""
    wanted = tuple(codes)
    kinds = {one.code: one for one in departments() if one.level is Level.DISTRICT} if wanted else {}
    places = districts() if wanted else ()
    found = ((code, rules.office_of(place, code, kinds)) for code in wanted for place in places)
    return {code: office for code, office in found if office}


def streets(district: str | None = None) -> tuple[Street, ...]:
    """Return the streets, of one district (six-digit code) or of all."""
    rows = models.Street.objects.filter(**({"district": district} if district else {}))
    return tuple(Street.model_validate(document) for document in _documents(rows))


def centres(district: str | None = None, street: str | None = None) -> tuple[Centre, ...]:
    """Return the centres, of one district or street or of all."""
    rows = models.Centre.objects.all()
    if district:
        rows = rows.filter(district=district)
    if street:
        rows = rows.filter(street=street)
    return tuple(Centre.model_validate(document) for document in _documents(rows))


def windows(centre: str) -> tuple[Window, ...]:
    """Return the windows of a centre."""
    rows = models.Window.objects.filter(centre=centre)
    return tuple(Window.model_validate(document) for document in _documents(rows))


def posts(department: str | None = None) -> tuple[Post, ...]:
    """Return the posts, of one department or of all."""
    rows = models.Post.objects.filter(**({"department": department} if department else {}))
    return tuple(Post.model_validate(document) for document in _documents(rows))


def staff() -> tuple[StaffMember, ...]:
    """Return the staff of the demonstration city."""
    return tuple(StaffMember.model_validate(document) for document in _documents(models.StaffMember.objects))


def find_staff(code: str) -> StaffMember | None:
    """Return the member of staff with this code, None if there is none."""
    found = statements.one(STAFF_MEMBER, [code])
    return _read(StaffMember, found[0]) if found else None


def find_staff_with_posts(code: str) -> tuple[StaffMember, tuple[Post, ...]] | None:
    """Return the member of staff with this code and their own posts, in the pack's order; None if there is none."""
    return staff_with_posts([code]).get(code)


def staff_with_posts(codes: Iterable[str]) -> dict[str, tuple[StaffMember, tuple[Post, ...]]]:
    """Return those members of staff that there are of the codes, with their own posts, in one statement."""
    found = {}
    for document, posts in statements.rows(STAFF_MEMBER_WITH_POSTS, [list(codes)]):
        member = _read(StaffMember, document)
        found[member.code] = member, tuple(_read(Post, post) for post in posts)
    return found


def posts_of(codes: Iterable[str]) -> tuple[Post, ...]:
    """Return the posts with these codes, in the pack's order."""
    return tuple(_read(Post, document) for (document,) in statements.rows(POSTS, [list(codes)]))


def duties(department: str | None = None) -> tuple[Duty, ...]:
    """Return who answers for what, of one department or of all."""
    rows = models.Duty.objects.filter(**({"department": department} if department else {}))
    return tuple(Duty.model_validate(document) for document in _documents(rows))


def _documents(rows: QuerySet | object) -> QuerySet:
    return (
        rows.filter(is_current=True)  # type: ignore[union-attr, attr-defined]
        .order_by("position")
        .values_list("document", flat=True)
    )


def _read(kind: type[R], document: str) -> R:
    """Return the record of a document as stored."""
    return cast(R, _record(kind, document))


@lru_cache(maxsize=KEPT)
def _record(kind: type[Any], document: str) -> Any:
    return kind.model_validate_json(document)


def department_finder() -> Callable[[str], str | None]:
    """Return what finds a department's code by any of its names, as tables of departments write them."""
    return rules.finder(departments(), districts())

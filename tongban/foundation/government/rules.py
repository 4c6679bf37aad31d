"""Names of departments, and what of each record is kept in columns: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tongban.foundation.government.types import (
    LOCAL,
    Body,
    Centre,
    Department,
    District,
    Duty,
    Level,
    Post,
    StaffMember,
    Street,
    Window,
)
from tongban.kernel.pinyin import order_key

Columns = Callable[[Any], dict[str, object]]


def names(departments: Iterable[Department]) -> dict[str, str]:
    """Return name → code. Official names win over short ones, those over aliases; then the first wins."""
    found: dict[str, str] = {}
    everyone = tuple(departments)
    for kind in (lambda d: (d.name,), lambda d: (d.short,), lambda d: d.aliases):
        for department in everyone:
            for name in kind(department):
                found.setdefault(fold(name), department.code)
    return found


def fold(name: str) -> str:
    """Return a name without the spaces and brackets that differ between writers."""
    return "".join(name.split()).replace("(", "（").replace(")", "）")


def readings(name: str, districts: Iterable[str]) -> Iterator[str]:
    """Yield the names under which a department may be kept, from the most exact.

    Other systems write the district's own name where the catalogue says 区: 长宁区市场监督管理局,
    长宁市场监管局 and 上海市长宁区市场监督管理局 all mean 区市场监督管理局 here.
    """
    exact = fold(name)
    yield exact
    for place in districts:
        stem = place.removesuffix("新区").removesuffix("区")
        for written in (f"上海市{place}", place, f"{stem}区", stem):
            if len(stem) > 1 and exact.startswith(written) and len(exact) > len(written):
                rest = exact.removeprefix(written)
                yield f"区{rest}"
                yield rest
                return
    if exact.startswith(("市", "区")) and len(exact) > 3:
        yield exact[1:]


def finder(departments: Iterable[Department], districts: Iterable[District]) -> Callable[[str], str | None]:
    """Return a function that finds a department's code by its code or any of its names."""
    everyone = tuple(departments)
    known = {**names(everyone), **{department.code: department.code for department in everyone}}
    places = tuple(district.name for district in districts)

    def find(name: str) -> str | None:
        return next((known[one] for one in (name, *readings(name, places)) if one in known), None)

    return find


def body_of(department: Department, district: District | None, city: str) -> Body:
    """Return the body that acts in a district: 区市场监督管理局 in 徐汇区 is 上海市徐汇区市场监督管理局."""
    if district is None or department.level not in LOCAL:
        return Body(department.code, "", department.name, department.credit_code)
    code = department.credit_codes.get(district.code)
    name = department.name
    if department.level is Level.DISTRICT and name.startswith("区"):
        name = f"{city}{district.name.removesuffix('区')}{name}"
    return Body(department.code, district.code, name, code)


def party_of(department: Department, district: District | None) -> str:
    """Return a department's body in a district as the exchange names it: ``GOV/pudong-archives``; empty where it has none."""
    if district is None or department.level not in LOCAL:
        return ""
    return f"GOV/{district.slug}-{department.code.removeprefix('district-')}"


def office_of(place: District, code: str, kinds: Mapping[str, Department]) -> Department | None:
    """Return the office of a district that has a code, as members of the district's node have theirs; None for none.

    ``kinds`` are the districts' departments by code: ``pudong-archives`` is Pudong's ``district-archives``.
    """
    if code == place.slug:
        return Department(
            code=code, name=place.name, short=place.name, english=place.english, level=Level.DISTRICT
        )
    slug, dash, kind = code.partition("-")
    found = kinds.get(f"district-{kind}") if dash and slug == place.slug else None
    if found is None:
        return None
    english = f"{place.english} {found.english.removeprefix('District ')}"
    return found.model_copy(update={"code": code, "name": body_of(found, place, "").name, "english": english})


def department_columns(department: Department) -> dict[str, object]:
    """Return the columns of a department's row."""
    return {
        "name": department.name,
        "short": department.short,
        "order_key": order_key(department.name),
        "level": department.level.value,
        "parent_id": department.parent,
    }


def district_columns(district: District) -> dict[str, object]:
    """Return the columns of a district's row."""
    return {"slug": district.slug, "name": district.name}


def no_columns(record: object) -> dict[str, object]:
    """Return nothing: of such a row only its document is read."""
    return {}


def street_columns(street: Street) -> dict[str, object]:
    """Return the columns of a street's row."""
    return {"name": street.name, "district_id": street.district}


def centre_columns(centre: Centre) -> dict[str, object]:
    """Return the columns of a centre's row."""
    return {
        "name": centre.name,
        "kind": centre.kind,
        "district_id": centre.district,
        "street_id": centre.street,
    }


def window_columns(window: Window) -> dict[str, object]:
    """Return the columns of a window's row."""
    return {"centre_id": window.centre}


def staff_columns(member: StaffMember) -> dict[str, object]:
    """Return the columns of a staff member's row."""
    return {"name": member.name}


def department_only(entry: Post | Duty) -> dict[str, object]:
    """Return the one column of a post's or a duty's row."""
    return {"department_id": entry.department}

"""The government's part of a city pack: ``government/``, read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tongban.foundation.government.types import (
    Centre,
    Department,
    District,
    Duty,
    May,
    Outline,
    Post,
    StaffMember,
    Street,
    Window,
)
from tongban.foundation.packs.reading import (
    Entries,
    Folder,
    Found,
    Naming,
    read_lists,
    read_table,
    tell,
)
from tongban.foundation.packs.types import Finding, Official, Problems, Rule, Severity, full_width_in, table
from tongban.kernel.errors import N_

DEPARTMENTS = "government/departments.yaml"
DISTRICTS = "government/districts.csv"
OUTLINES = "government/outlines.csv"
STREETS = "government/streets.csv"
CENTRES = "government/centres.csv"
WINDOWS = "government/windows.csv"
POSTS = "government/posts.yaml"
STAFF = "government/staff.yaml"
DUTIES = "government/duties.yaml"
FILES = (DEPARTMENTS, DISTRICTS, OUTLINES, STREETS, CENTRES, WINDOWS, POSTS, STAFF, DUTIES)

CENTRE_KINDS = ("city", "district", "community")
WINDOW_KINDS = ("general", "special", "issue")

RULES = table(
    Rule(
        "department-circle",
        N_("部门 {code} 的上级绕成一圈：{circle}。"),
        "A department can not lead itself, not even by way of others.",
    ),
    Rule(
        "ambiguous-name",
        N_("名称“{name}”既是 {first} 的，又是 {second} 的；一个名称只能属于一个部门。"),
        "Lists from other systems name departments by any of their names; a name of two would be guessed.",
    ),
    Rule(
        "street-outside-district",
        N_("街镇 {code} 的代码不以所属区 {district} 开头。"),
        "The nine digits of a street begin with the six of its district.",
        law="GB/T 10114",
    ),
    Rule(
        "district-outside-city",
        N_("区 {code} 的代码不以城市代码 {city} 的前几位开头。"),
        "The six digits of a district begin with those of its city or province.",
        law="GB/T 2260",
        severity=Severity.WARNING,
    ),
    Rule(
        "centre-street-elsewhere",
        N_("街镇 {street} 属于 {owner}，不属于 {district}。"),
        "A centre's street lies in its district.",
    ),
    Rule(
        "credit-code-check",
        N_("统一社会信用代码 {code} 的校验位不对，请核对。"),
        "The last character is computed from the others. It is flagged and not refused: registers do hold wrong "
        "ones.",
        law="GB 32100-2015",
        severity=Severity.WARNING,
    ),
    Rule(
        "unknown-kind",
        N_("{field} 不能是“{value}”；可以写：{allowed}。"),
        "The field takes one of a few words.",
    ),
    Rule(
        "phone-full-width",
        N_("电话“{value}”里有全角字符“{character}”；请改为半角“{meant}”。"),
        "A telephone must dial when it is tapped.",
    ),
    Rule(
        "hall-without-clerk",
        N_("{code} 标为受理大厅（is_hall），却没有一个岗位可以受理（may: accept）。"),
        "What is handed in at a hall is accepted by its clerks, for all departments.",
        law="行政许可法 26",
        severity=Severity.WARNING,
    ),
    Rule(
        "officers-apart",
        N_(
            "{name}同时持有三员的岗位和别的岗位：{duties}；系统、安全、审计管理员必须是三个不同的人，都不办业务。"
        ),
        "System, security and audit officer are three people, none of whom handles cases.",
        law="GB/T 22239-2019 8.1.7.1",
    ),
)

OFFICERS = {May.SYSTEM_OFFICER, May.SECURITY_OFFICER, May.AUDIT_OFFICER}
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Government:
    """What ``government/`` says, each entry with its place."""

    departments: Entries[Department]
    districts: Entries[District]
    outlines: Entries[Outline]
    streets: Entries[Street]
    centres: Entries[Centre]
    windows: Entries[Window]
    posts: Entries[Post]
    staff: Entries[StaffMember]
    duties: Entries[Duty]


def read(folder: Folder, naming: Naming) -> Government:
    """Return what ``government/`` says; tells every problem of its files."""
    return Government(
        departments=read_lists(folder, [DEPARTMENTS], "departments", Department, N_("部门"), naming),
        districts=read_table(folder, DISTRICTS, District, N_("区"), naming),
        outlines=read_table(folder, OUTLINES, Outline, N_("示意轮廓"), naming),
        streets=read_table(folder, STREETS, Street, N_("街镇"), naming),
        centres=read_table(folder, CENTRES, Centre, N_("中心"), naming),
        windows=read_table(folder, WINDOWS, Window, N_("窗口"), naming),
        posts=read_lists(folder, [POSTS], "posts", Post, N_("岗位"), naming),
        staff=read_lists(folder, [STAFF], "staff", StaffMember, N_("工作人员"), naming),
        duties=read_lists(folder, [DUTIES], "duties", Duty, N_("职责"), naming),
    )


def check(government: Government, city_code: str | None, problems: Problems) -> None:
    """Tell references that lead nowhere and rules of government that are broken."""
    _check_references(government, problems)
    _check_names(government.departments, problems)
    for department in government.departments:
        tell(RULES, _of_department(department.record, government.departments), department, problems)
        tell(RULES, _of_hall(department.record, government.posts), department, problems)
    for district in government.districts:
        tell(RULES, _of_district(district.record, city_code), district, problems)
    for street in government.streets:
        tell(RULES, _of_street(street.record), street, problems)
    for centre in government.centres:
        tell(RULES, _of_centre(centre.record, government.streets), centre, problems)
    for member in government.staff:
        tell(RULES, _of_member(member.record, government.posts), member, problems)
    for window in government.windows:
        tell(RULES, _kind(window.record.kind, WINDOW_KINDS), window, problems)


def _check_references(government: Government, problems: Problems) -> None:
    departments = government.departments
    for department in departments:
        refer(department, "parent", department.record.parent, departments, problems)
        for district in department.record.credit_codes:
            if district not in government.districts:
                place = department.place(("credit_codes", district))
                government.districts.tell_unknown(district, "credit_codes", place, problems)
    for outline in government.outlines:
        refer(outline, "code", outline.record.code, government.districts, problems)
    for street in government.streets:
        refer(street, "district", street.record.district, government.districts, problems)
    for centre in government.centres:
        refer(centre, "district", centre.record.district, government.districts, problems)
        refer(centre, "street", centre.record.street, government.streets, problems)
    for window in government.windows:
        refer(window, "centre", window.record.centre, government.centres, problems)
    for post in government.posts:
        refer(post, "department", post.record.department, departments, problems)
    for member in government.staff:
        for position, code in enumerate(member.record.posts):
            government.posts.tell_unknown(code, "posts", member.place(("posts", position)), problems)
        for position, code in enumerate(member.record.districts):
            place = member.place(("districts", position))
            government.districts.tell_unknown(code, "districts", place, problems)
    for duty in government.duties:
        refer(duty, "department", duty.record.department, departments, problems)


def refer(found: Found[Any], field: str, code: str | None, entries: Entries[Any], problems: Problems) -> None:
    """Tell when a field names an entry that is not in the pack."""
    if code is not None and code not in entries:
        entries.tell_unknown(code, field, found.place((field,)), problems)


def _check_names(departments: Entries[Department], problems: Problems) -> None:
    """Official and short names may be shared with nobody's alias; two departments with one alias can not be told."""
    owner: dict[str, str] = {}
    for found in departments:
        department = found.record
        owner.setdefault(department.name, department.code)
    for found in departments:
        department = found.record
        for position, alias in enumerate(department.aliases):
            first = owner.setdefault(alias, department.code)
            if first != department.code:
                values = {"name": alias, "first": first, "second": department.code}
                tell(RULES, [Finding("ambiguous-name", ("aliases", position), values)], found, problems)
    names: dict[str, str] = {}
    for found in departments:
        first = names.setdefault(found.record.name, found.record.code)
        if first != found.record.code:
            values = {"name": found.record.name, "first": first, "second": found.record.code}
            tell(RULES, [Finding("ambiguous-name", ("name",), values)], found, problems)


def _of_department(department: Department, departments: Entries[Department]) -> Iterator[Finding]:
    circle = _circle(department.code, departments)
    if circle:
        yield Finding(
            "department-circle", ("parent",), {"code": department.code, "circle": " → ".join(circle)}
        )
    if department.credit_code and not credit_code_is_right(department.credit_code):
        yield Finding("credit-code-check", ("credit_code",), {"code": department.credit_code})
    for district, code in department.credit_codes.items():
        if not credit_code_is_right(code):
            yield Finding("credit-code-check", ("credit_codes", district), {"code": code})
    wrong = full_width_in(department.phone)
    if wrong:
        yield Finding("phone-full-width", ("phone",), wrong)


def _of_hall(department: Department, posts: Entries[Post]) -> Iterator[Finding]:
    own = [post.record for post in posts if post.record.department == department.code]
    if department.is_hall and not any(May.ACCEPT in post.may for post in own):
        yield Finding("hall-without-clerk", ("is_hall",), {"code": department.code})


def _circle(code: str, departments: Entries[Department]) -> list[str]:
    """Return the way from a department up and back to itself; empty when it ends."""
    way = [code]
    while True:
        found = departments.found.get(way[-1])
        parent = found.record.parent if found else None
        if parent is None or parent in way[1:]:
            return []
        way.append(parent)
        if parent == code:
            return way


def credit_code_is_right(code: str) -> bool:
    """Return whether the check character of a 统一社会信用代码 is right (GB 32100-2015).

    Weights are 3^i mod 31; the check is 31 less the weighted sum mod 31.
    """
    if len(code) != USCC_LENGTH or any(character not in USCC_ALPHABET for character in code):
        return False
    total = sum(USCC_ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(code[:-1]))
    return USCC_ALPHABET[-total % 31] == code[-1]


def _of_district(district: District, city_code: str | None) -> Iterator[Finding]:
    province = (city_code or "")[:2]
    if city_code and not district.code.startswith(province):
        yield Finding("district-outside-city", ("code",), {"code": district.code, "city": city_code})


def _of_member(member: StaffMember, posts: Entries[Post]) -> Iterator[Finding]:
    found = (posts.found.get(code) for code in member.posts)
    duties = {duty for post in found if post for duty in post.record.may}
    if duties & OFFICERS and len(duties) > 1:
        names = tuple(Official(duty) for duty in sorted(duties))
        yield Finding("officers-apart", ("posts",), {"name": member.name, "duties": names})


def _of_street(street: Street) -> Iterator[Finding]:
    if not street.code.startswith(street.district):
        yield Finding(
            "street-outside-district", ("code",), {"code": street.code, "district": street.district}
        )


def _of_centre(centre: Centre, streets: Entries[Street]) -> Iterator[Finding]:
    yield from _kind(centre.kind, CENTRE_KINDS)
    street = streets.found.get(centre.street or "")
    if street and centre.district and street.record.district != centre.district:
        values = {"street": centre.street, "owner": street.record.district, "district": centre.district}
        yield Finding("centre-street-elsewhere", ("street",), values)
    wrong = full_width_in(centre.phone)
    if wrong:
        yield Finding("phone-full-width", ("phone",), wrong)


def _kind(value: str, allowed: tuple[str, ...]) -> Iterator[Finding]:
    if value not in allowed:
        yield Finding(
            "unknown-kind",
            ("kind",),
            {"field": "kind", "value": value, "allowed": tuple(Official(one) for one in allowed)},
        )

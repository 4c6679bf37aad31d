"""The words of government: departments, districts, streets, centres, windows, posts, staff, duties.

These records are also the schema of ``government/`` in a city pack.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from tongban.kernel.records import Code, ForeignCode, Line, Record, Text, Word


class Level(Word):
    """行使层级, GB/T 39046 A.2."""

    NATION = "1"
    PROVINCE = "2"
    CITY = "3"
    DISTRICT = "4"
    STREET = "5"
    VILLAGE = "6"
    SEVERAL = "7"


class Department(Record):
    """部门: a body that answers for items. District bodies of one kind are one entry with level 4."""

    code: Code
    name: Line = Field(description="Official name, e.g. 区市场监督管理局")
    short: Line = Field(description="How people say it, e.g. 市场监管局")
    english: Line
    level: Level
    aliases: tuple[Line, ...] = Field((), description="Other names found in other systems' data")
    parent: Code | None = Field(None, description="The department that leads this one")
    credit_code: ForeignCode | None = Field(None, description="统一社会信用代码, where known")
    credit_codes: dict[str, ForeignCode] = Field(
        default_factory=dict,
        description="Of the bodies in the districts: area code → 统一社会信用代码, where known",
    )
    nature: str = Field("1", pattern="^[1239]$", description="实施主体性质, GB/T 39046 A.3")
    does: Text | None = Field(None, description="What it does for people, in one sentence")
    phone: Line | None = None
    is_hall: bool = Field(
        False, description="A hall, where one window accepts for all departments (行政许可法 26): its clerks see all that "
        "waits to be accepted",
    )  # fmt: skip


LOCAL = frozenset({Level.DISTRICT, Level.STREET, Level.VILLAGE})
"""Departments of these levels have a body of their own in each district."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body that acts: a department itself, or the one that it has in a district."""

    department: str
    district: str
    name: str
    credit_code: str | None

    @property
    def seal(self) -> str:
        """Return the code of the body's seal."""
        return f"{self.department}-{self.district}" if self.district else self.department


class District(Record):
    """区: six-digit area code, name."""

    code: str = Field(pattern=r"^[0-9]{6}$")
    slug: Code = Field(description="Its address, e.g. xuhui")
    name: Line
    english: Line


POINTS = r"[0-9]{1,3} [0-9]{1,3}"


class Outline(Record):
    """区的示意轮廓: how a district is drawn on a map of the city that shows who lies where, and no borders."""

    code: str = Field(pattern=r"^[0-9]{6}$", description="Area code of the district")
    point: str = Field(
        pattern=f"^{POINTS}$", description="Where lines to it end: across and down, as on paper"
    )
    outline: str = Field(
        pattern=f"^{POINTS}( {POINTS}){{2,}}$",
        description="Its corners, one after the other: across and down, 0 to 999",
    )


class Street(Record):
    """街道、镇: nine-digit code under a district."""

    code: str = Field(pattern=r"^[0-9]{9}$")
    name: Line
    district: str = Field(pattern=r"^[0-9]{6}$")


class Centre(Record):
    """政务服务中心、社区事务受理服务中心: a hall where any item is accepted."""

    code: Code
    name: Line
    english: Line | None = None
    kind: Line = Field(description="city, district or community")
    district: str | None = Field(None, pattern=r"^[0-9]{6}$")
    street: str | None = Field(None, pattern=r"^[0-9]{9}$")
    address: Line | None = None
    hours: Line | None = None
    phone: Line | None = None
    sure: str = Field("C", pattern="^[RGNIKC]$")


class Window(Record):
    """窗口 of a centre."""

    code: Code
    centre: Code
    name: Line
    kind: Line = Field("general", description="general (综合窗口), special or issue (出证窗口)")


class May(Word):
    """What a post lets its holder do in the system; an act is open to whoever holds a post with its duty."""

    ACCEPT = "accept"
    REVIEW = "review"
    DECIDE = "decide"
    HEAD = "head"
    JOINT_VISIT = "joint-visit"
    SEAL = "seal"
    UNMASK = "unmask"
    SUPERVISE = "supervise"
    SYSTEM_OFFICER = "system-officer"
    SECURITY_OFFICER = "security-officer"
    AUDIT_OFFICER = "audit-officer"
    DATA_OFFICER = "data-officer"
    DATA_AUTHORITY = "data-authority"


class Post(Record):
    """岗位: what its holder may do. Staff hold posts, never rights of their own."""

    code: Code
    name: Line
    english: Line
    department: Code
    duties: tuple[Line, ...] = ()
    may: tuple[May, ...] = Field((), description="What the holder may do in the system")


class StaffMember(Record):
    """工作人员 of the demonstration city: invented."""

    code: Code
    name: Line
    posts: tuple[Code, ...]
    districts: tuple[str, ...] = Field(
        (), description="Area codes of the districts whose bodies they work for: they see and handle only cases of "
        "these and of none; left out: of the whole city",
    )  # fmt: skip

    def works_for(self, district: str) -> bool:
        """Return whether what was filed for a district, or for none (empty), is theirs."""
        return not district or not self.districts or district in self.districts


class Duty(Record):
    """职责: which department answers for which kind of matter (used by dispatch later)."""

    code: Code
    name: Line
    department: Code
    basis: Line | None = None

"""The words of the catalogue of data and of the three lists.

These records are also the schema of ``data/`` in a city pack.
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field, ValidationInfo, field_validator

from tongban.kernel.records import Code, ForeignCode, Line, Record, Text, Word

SUBSYSTEM = r"^[A-Z][A-Z0-9-]*/(GOV|COM)/[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$"
SENSITIVITIES = 4
CATEGORY = r"^[123][0-9]{2}[0-9]{3}[0-9]*$"
"""政务信息资源目录编制指南: 类 of one digit, 项 of two, 目 of three, 细目 of as many as are needed."""


class SystemKind(Word):
    """What a department's system is to others."""

    REGISTER = "register"  # 登记簿, asked by the identifier of what it registers
    SERVICE = "service"  # 接口
    DATABASE = "database"  # 数据库, asked by a bound query
    FILE = "file"  # 文件, handed over as a whole


class ResourceKind(Word):
    """政务信息资源目录编制指南: 基础、主题、部门信息资源."""

    BASE = "base"
    THEME = "theme"
    DEPARTMENT = "department"


class Format(Word):
    """How the resource is provided: 共享方式."""

    SERVICE = "service"
    DATABASE = "database"
    FILE = "file"


class About(Word):
    """Whose data it is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    THING = "thing"


class FieldType(Word):
    """数据类型 of one item of information."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    CODE = "code"
    BOOLEAN = "boolean"
    FILE = "file"


class Sharing(Word):
    """共享属性, 政务数据共享条例 and 上海市数据条例 38."""

    UNCONDITIONAL = "unconditional"  # 无条件共享
    CONDITIONAL = "conditional"  # 有条件共享
    NEVER = "never"  # 不予共享


class Opening(Word):
    """开放类型, 上海市数据条例 41."""

    UNCONDITIONAL = "unconditional"  # 无条件开放
    CONDITIONAL = "conditional"  # 有条件开放
    CLOSED = "closed"  # 非开放


class Update(Word):
    """更新周期."""

    REALTIME = "realtime"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    IRREGULAR = "irregular"


class LegalBasis(Record):
    """依据: a law and its article."""

    law: Line = Field(description="Name of the law, rule or normative document, without 《》")
    article: Line | None = Field(None, description="e.g. 35 or 16(一); none where the article was not read")
    says: Text | None = Field(None, description="What it says, in plain words of our own")
    sure: str = Field(
        "C", pattern="^[RGNIKC]$", description="R law text, G government page, N news, I implementation, "
        "K known but not read, C reconstructed",
    )  # fmt: skip
    source: ForeignCode | None = Field(None, description="A code in sources.yaml")

    @property
    def words(self) -> str:
        """Return law and article as they are cited in the rules of this program, e.g. 上海市数据条例 38."""
        return f"{self.law} {self.article}" if self.article else self.law


class DataTheme(Record):
    """主题: what data is about, for finding it and for the subject lists (主题清单)."""

    code: Code
    name: Line
    english: Line


class System(Record):
    """信息系统 of a department, from which data comes."""

    code: Code
    name: Line
    english: Line | None = None
    department: Code
    kind: SystemKind
    subsystem: str = Field(
        pattern=SUBSYSTEM, max_length=200, description="As in X-Road: INSTANCE/CLASS/MEMBER/SUBSYSTEM; class GOV for "
        "departments, COM for companies; the member of class GOV is the department's code",
    )  # fmt: skip

    @property
    def member(self) -> str:
        """Return the member of the subsystem's code."""
        return self.subsystem.split("/")[2]


class DataField(Record):
    """信息项 of a resource."""

    code: Code = Field(description="Unique within the resource")
    name: Line
    element: Code | None = Field(None, description="A code of codes/elements.csv, where there is one")
    type: FieldType = FieldType.TEXT
    length: int | None = Field(None, ge=1, le=1_000_000, description="At most so many characters or digits")
    level: int = Field(ge=1, le=SENSITIVITIES, description="Sensitivity: 1 open to all … 4 most sensitive")
    personal: bool = Field(False, description="Personal information (个人信息保护法 4)")
    key: bool = Field(False, description="What the resource is asked by")
    owner: bool = Field(
        False, description="Number or credit code of whoever the record belongs to; one field at most"
    )
    description: Text | None = None


class Resource(Record):
    """数据资源: an entry of the catalogue of data (公共数据目录)."""

    code: Code
    name: Line = Field(description="Official style, e.g. 居民身份信息")
    english: Line | None = None
    department: Code
    system: Code
    kind: ResourceKind
    theme: Code = Field(description="A code of data/themes.yaml")
    summary: Text
    format: Format
    subject: About
    service: Code | None = Field(None, description="Its service in the subsystem; its own code when left out")
    fields: tuple[DataField, ...] = Field(min_length=1)
    sharing: Sharing
    condition: Text | None = Field(None, description="With conditional: the condition, in a sentence")
    basis: LegalBasis | None = Field(None, description="Required for conditional and never")
    opening: Opening = Opening.CLOSED
    opened_as: Text | None = Field(
        None,
        description="With personal fields and not closed: what is done so that nobody is known by it (脱敏)",
    )
    update: Update
    level: int = Field(ge=1, le=SENSITIVITIES, description="The highest of its fields")
    since: dt.date | None = Field(None, description="发布日期")
    category: str | None = Field(
        None, pattern=CATEGORY, description="分类码: 类 (1 base, 2 theme, 3 department), 项, 目 and 细目, where it is known",
    )  # fmt: skip
    related: tuple[Code, ...] = Field((), description="关联资源代码: resources that belong to it")

    @field_validator("category")
    @classmethod
    def _is_of_its_kind(cls, category: str | None, said: ValidationInfo) -> str | None:
        kinds = dict(zip("123", ResourceKind, strict=True))
        if category and kinds[category[0]] is not said.data.get("kind"):
            raise ValueError("the category is of another kind of resource")
        return category

    @property
    def service_code(self) -> str:
        """Return the code by which the resource is asked within its subsystem."""
        return self.service or self.code

    @property
    def field_codes(self) -> frozenset[str]:
        """Return the codes of all fields."""
        return frozenset(field.code for field in self.fields)

    @property
    def is_personal(self) -> bool:
        """Return whether any field is personal information."""
        return any(field.personal for field in self.fields)

    @property
    def owner(self) -> str:
        """Return the field that says whose a record is; empty where none does."""
        return next((field.code for field in self.fields if field.owner), "")

    @property
    def is_nobodys(self) -> bool:
        """Return whether its records belong to nobody: of places, and open to all as they are."""
        is_open = self.opening is Opening.UNCONDITIONAL and self.level == 1
        return self.subject is About.PLACE and is_open and not self.is_personal and not self.owner


class DataDuty(Record):
    """责任清单: what a department must provide to others."""

    code: Code
    department: Code
    resource: Code
    fields: tuple[Code, ...] = Field((), description="Fields of the resource; none means all")
    items: tuple[Code, ...] = Field(
        (), description="Items whose demands are granted at once, though the resource is shared conditionally"
    )
    basis: LegalBasis
    update: Update
    answer_days: int = Field(
        10, ge=1, le=10, description="Working days in which a demand is answered; the law allows at most 10"
    )
    per_day: int | None = Field(
        None, ge=1, le=100_000_000, description="Calls a day up to which the demands of one item are granted at once; "
        "10,000 where it says nothing",
    )  # fmt: skip
    note: Text | None = None


class Demand(Record):
    """需求清单: what a department needs from others, from a material that one of its items asks for."""

    code: Code
    department: Code
    item: Code
    material: Code = Field(description="The material of the item that people need not bring then")
    resource: Code | None = Field(None, description="Where it is known")
    fields: tuple[Code, ...] = Field((), description="Fields of the resource")
    elements: tuple[Code, ...] = Field((), description="Data elements, where fields are not known")
    purpose: Line = Field(description="For what it is used (应用场景)")
    basis: LegalBasis = Field(description="The law by which the department needs it")
    frequency: int = Field(1000, ge=1, le=100_000_000, description="Calls a day")
    until: dt.date | None = Field(None, description="The last day of use, where it is known")


class Negative(Record):
    """负面清单: what may not be shared."""

    code: Code
    resource: Code
    fields: tuple[Code, ...] = Field((), description="Fields of the resource; none means all")
    law: Line = Field(description="The law that forbids it, without 《》")
    article: Line
    reason: Text
    until: dt.date | None = Field(None, description="The last day on which it holds; none means always")
    sure: str = Field("C", pattern="^[RGNIKC]$", description="As with every fact")
    source: ForeignCode | None = Field(None, description="A code in sources.yaml")

    @property
    def words(self) -> str:
        """Return law and article as cited."""
        return f"{self.law} {self.article}"

    def holds_on(self, day: dt.date) -> bool:
        """Return whether the entry holds on a day."""
        return self.until is None or day <= self.until

"""The words of the catalogue: item 事项 → situation 情形 → material 材料.

One definition serves four uses: the schema of ``items/`` in a city pack, the document kept for each
version in the database, the guide a page shows, and the JSON a programmer reads. The elements are those
of GB/T 39046-2020 table 4 and the national item tables; ``elements.py`` lists which field carries which.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tongban.foundation.government.types import Level
from tongban.kernel.records import Code, ForeignCode, Line, Record, Text, Word


class Sure(Word):
    """How sure a fact is; shown on the page beside it."""

    LAW_TEXT = "R"  # read in the text of the law
    GOVERNMENT_PAGE = "G"  # read on a government page
    NEWS = "N"  # read in news or a copy of an official text
    IMPLEMENTATION = "I"  # read in an implementation
    KNOWLEDGE = "K"  # known, not read
    RECONSTRUCTED = "C"  # reconstructed or proposed for the demonstration


class TaskType(Word):
    """事项类型, GB/T 39046 A.1."""

    POWER = "00"
    LICENCE = "01"
    PENALTY = "02"
    COERCION = "03"
    LEVY = "04"
    PAYMENT = "05"
    INSPECTION = "06"
    CONFIRMATION = "07"
    AWARD = "08"
    RULING = "09"
    OTHER_POWER = "10"
    PUBLIC_SERVICE = "20"


class Audience(Word):
    """服务对象, GB/T 39046 A.4."""

    PERSON = "1"
    COMPANY = "2"
    INSTITUTION = "3"
    SOCIAL_ORGANISATION = "4"
    AGENCY = "5"
    OTHER = "6"


class HandleForm(Word):
    """办理形式, GB/T 39046 A.5."""

    WINDOW = "1"
    WEB = "2"
    MOBILE = "3"
    POST = "4"
    OTHER = "9"


class CaseKind(Word):
    """办件类型, GB/T 39046 A.6."""

    IMMEDIATE = "1"
    PROMISED = "2"
    OTHER = "9"


class ItemState(Word):
    """事项状态; ``historical`` items are kept for the account of a reform and never offered."""

    IN_USE = "in_use"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    DRAFT = "draft"
    HISTORICAL = "historical"


class Depth(Word):
    """How much is told: a full guide, or an honest summary that says it is one."""

    FULL = "full"
    SUMMARY = "summary"


class Fact(Record):
    """Anything that says how sure it is and where it was read."""

    sure: Sure = Field(
        Sure.RECONSTRUCTED,
        description="R law text, G government page, N news, "
        "I implementation, K known but not read, C reconstructed",
    )
    source: ForeignCode | None = Field(None, description="A code in sources.yaml")
    note: Text | None = Field(None, description="What a reader should know about this fact")


class Basis(Fact):
    """设定依据: a law and its article."""

    law: Line = Field(description="Name of the law, rule or normative document, without 《》")
    article: Line | None = Field(None, description="e.g. 35 or 16(一); none where the article was not read")
    says: Text | None = Field(None, description="What it says, in plain words of our own")


class Unit(Word):
    """A limit's unit. 日 of the Licensing Law are working days (art. 82)."""

    WORKING = "working"
    CALENDAR = "calendar"


class Limit(Fact):
    """时限: so many days from a start; 0 days is on the spot."""

    days: int = Field(ge=0, le=3650)
    unit: Unit = Unit.WORKING
    start: Line = Field("受理", description="What starts the clock")


class VisitPurpose(Word):
    """Why a person must come."""

    SUBMIT = "submit"
    VERIFY = "verify"
    COLLECT = "collect"
    ATTEND = "attend"  # only the person can do it: a medical check, a photograph, an oath


class Visit(Fact):
    """One trip to an office. SUBMIT and COLLECT can be taken over by the web and by post; ATTEND can not."""

    purpose: VisitPurpose
    why: Line | None = None
    law: Line | None = Field(None, description="The law that wants the person there")


class Saving(Word):
    """Why a material need not be brought."""

    NO_LEGAL_BASIS = "no_legal_basis"
    FORM_MERGE = "form_merge"  # an application form becomes part of the one merged form
    GENERATED = "generated"  # made by the system from what is in the form
    BUNDLE_OUTPUT = "bundle_output"  # made by another item of the same bundle
    LICENCE_LIBRARY = "licence_library"  # in the electronic licence library
    DATA_SHARING = "data_sharing"  # obtainable from another department's data
    COMMITMENT = "commitment"  # replaced by a signed commitment 告知承诺
    DUPLICATE = "duplicate"  # the same paper is already given to another item


class Instead(Fact):
    """What makes a material unnecessary, and when."""

    by: Saving
    licence: Code | None = Field(None, description="With licence_library: a licence type of the pack")
    item: Code | None = Field(None, description="With bundle_output: the item that makes it")
    data: Line | None = Field(None, description="With data_sharing: the data resource, in words")
    when: dict[str, object] | None = Field(None, description="Only under this condition on the answers")
    basis: Basis | None = Field(None, description="The law that allows it, where it is a special one")


class Original(Word):
    """材料类型."""

    ORIGINAL = "1"
    COPY = "2"
    EITHER = "3"
    SHOWN = "4"  # shown and given back 原件核验


class Material(Fact):
    """材料 of an item."""

    code: Code = Field(description="Unique within the item")
    name: Line
    english: Line | None = None
    document: Code | None = Field(
        None,
        description="What paper it is, the same word wherever the same "
        "paper about the same subject is asked for: equal words are asked once",
    )
    original: Original = Original.ORIGINAL
    electronic: bool = Field(True, description="An electronic form is accepted")
    originals: int = Field(1, ge=0, le=20, description="原件数")
    copies: int = Field(0, ge=0, le=20, description="复印件数")
    necessity: str = Field("1", pattern="^[123]$", description="1 必要 2 非必要 3 容缺后补")
    source_type: str = Field(
        "10", pattern="^(10|20|30|99)$", description="10 申请人自备 20 政府部门核发 30 中介机构出具 99 其他"
    )
    issuer: Line | None = Field(None, description="出具机构")
    size: Line | None = Field(None, description="规格")
    blank: Line | None = Field(None, description="空白表格, a file of the pack or its name")
    example: Line | None = Field(None, description="示例样表")
    how_to_fill: Text | None = Field(None, description="填报须知")
    accepted_if: Text | None = Field(None, description="受理标准")
    basis: Basis | None = Field(None, description="要求依据; a material without one may not be demanded")
    situations: tuple[Code, ...] = Field((), description="Only in these situations; none means all")
    when: dict[str, object] | None = Field(None, description="Only under this condition on the answers")
    when_words: Line | None = Field(None, description="The same in plain words, for the guide")
    is_form: bool = Field(False, description="An application form: forms of a bundle become one")
    instead: tuple[Instead, ...] = ()


class Situation(Fact):
    """情形: what is really applied for; may differ in materials and limits."""

    code: Code
    name: Line
    english: Line | None = None
    number: ForeignCode | None = Field(None, description="The city's own code of the situation")
    plain: Line | None = None
    promise: Limit | None = None
    visits: tuple[Visit, ...] | None = None
    site_check: bool | None = None


class Step(Record):
    """办理流程: one step a citizen can follow."""

    name: Line
    who: Line | None = None
    takes: Line | None = None
    says: Line | None = None


class Result(Fact):
    """办理结果."""

    name: Line
    licence: Code | None = Field(None, description="A licence type of the pack")
    kind: Line = Field("licence", description="licence, approval, proof, record or payment")
    paper: bool = Field(False, description="A paper has to be handed over (then collect or post)")
    validity: Line | None = None
    sample: Line | None = None


class Charge(Fact):
    """收费项目."""

    name: Line
    standard: Line
    basis: Basis
    reducible: bool = False
    reduction: Line | None = None


class Fee(Fact):
    """收费: when charged, every charge has a basis and can be paid online."""

    charged: bool | None = Field(False, description="null where not known")
    charges: tuple[Charge, ...] = ()
    online_payment: bool = False


class SiteCheck(Fact):
    """现场核查 before the decision; after-checks do not count."""

    needed: bool = True
    people: int = Field(2, ge=1)
    when: dict[str, object] | None = None
    words: Line | None = None
    basis: Basis | None = None


class Commitment(Fact):
    """告知承诺 for the whole item."""

    possible: bool
    covers: Line | None = None
    basis: Basis | None = None


class Question(Fact):
    """常见问题."""

    ask: Line
    answer: Text


class Online(Record):
    """网上办理."""

    depth: int = Field(0, ge=0, le=8, description="网上办理深度 1–8, 0 not online")
    url: Line | None = None
    mobile_url: Line | None = None
    single_sign_on: bool = True


class Place(Record):
    """办理地点 beyond the rule that any centre of the city takes it."""

    name: Line
    address: Line | None = None
    hours: Line | None = None


class Variant(Fact):
    """A district's own terms. They may only be better for the applicant than the city's."""

    promise_days: int | None = Field(None, ge=0)
    visits: int | None = Field(None, ge=0)
    fee_free: bool | None = None
    not_asked: tuple[Code, ...] = Field((), description="Materials this district does not ask for")
    asks: tuple[Code, ...] = Field(
        (), description="Materials it asks for beyond the city's: refused by check"
    )
    enquiry_phone: Line | None = None
    complaint_phone: Line | None = None
    place: Line | None = None
    hours: Line | None = None


FIRST_REVIEW_MODE = "2"
"""办理方式 “初审”: a lower body reviews first."""


class Item(Fact):
    """政务服务事项 as published: everything a guide answers."""

    code: Code
    name: Line = Field(description="Official name")
    english: Line | None = None
    plain: Line = Field(description="What it is, in words people use")
    plain_english: Line | None = None
    aliases: tuple[Line, ...] = Field((), description="What people say when they look for it")
    depth: Depth = Depth.FULL
    state: ItemState = ItemState.IN_USE
    history: Text | None = Field(None, description="What changed, and since when")
    catalogue_code: ForeignCode | None = Field(None, description="基本编码")
    local_code: ForeignCode | None = Field(None, description="地方基本编码")
    implementation_code: ForeignCode | None = Field(None, description="实施编码")
    handling_code: ForeignCode | None = Field(None, description="业务办理项编码")
    type: TaskType
    case_kind: CaseKind = CaseKind.PROMISED
    audience: tuple[Audience, ...] = Field(min_length=1)
    themes: tuple[Code, ...] = Field(min_length=1, description="生活主题, codes of themes.yaml")
    department: Code = Field(description="实施主体")
    nature: str = Field("1", pattern="^[1239]$", description="实施主体性质, A.3")
    level: Level
    entrusted_to: Line | None = Field(None, description="委托部门")
    joint_departments: tuple[Code, ...] = Field((), description="联办机构")
    office: Line | None = Field(None, description="承办机构")
    authority: Text | None = Field(None, description="权限划分")
    exercises: Text | None = Field(None, description="行使内容")
    power_source: str = Field("1", pattern="^[1-6]$", description="权力来源")
    handle_mode: str = Field("1", pattern="^[1-4]$", description="1 自办 2 初审 3 联办 4 转报")
    handle_forms: tuple[HandleForm, ...] = (HandleForm.WINDOW, HandleForm.WEB)
    basis: tuple[Basis, ...] = ()
    conditions: tuple[Line, ...] = Field((), description="受理条件")
    not_for: tuple[Line, ...] = Field((), description="Who need not or may not apply")
    quantity_limit: Line | None = Field(None, description="数量限制")
    intermediary: Line | None = Field(None, description="中介服务")
    situations: tuple[Situation, ...] = ()
    materials: tuple[Material, ...] = ()
    form: tuple[Code, ...] = Field((), description="Data elements of its application form")
    statutory: Limit | None = Field(None, description="法定办结时限")
    promise: Limit | None = Field(None, description="承诺办结时限")
    special_procedures: tuple[Line, ...] = Field((), description="特别程序, art. 45 行政许可法")
    silence_is_consent: bool = False
    steps: tuple[Step, ...] = Field((), description="办理流程")
    site_check: SiteCheck | None = None
    commitment: Commitment | None = None
    visits: tuple[Visit, ...] = Field((), description="到办事现场: one entry a trip when done alone")
    visits_why: Line | None = Field(None, description="必须现场原因; only with visits")
    fee: Fee = Fee()
    results: tuple[Result, ...] = ()
    online: Online = Online()
    handle_area: Line | None = Field(None, description="通办范围")
    area_code: str | None = Field(None, pattern=r"^[0-9]{6}$", description="行政区划")
    street_code: str | None = Field(None, pattern=r"^[0-9]{9}$", description="镇街")
    village_code: str | None = Field(None, pattern=r"^[0-9]{12}$", description="村居")
    in_hall: bool = Field(True, description="进驻大厅")
    appointment: bool = Field(False, description="预约")
    express: bool = Field(False, description="物流快递")
    terminal: bool = Field(False, description="自助终端")
    system: Line | None = Field(None, description="运行系统")
    places: tuple[Place, ...] = Field((), description="办理地点")
    hours: Line | None = Field(None, description="办理时间")
    enquiry_phone: Line | None = Field(None, description="咨询方式")
    complaint_phone: Line | None = Field(None, description="监督投诉方式")
    questions: tuple[Question, ...] = Field((), description="常见问题")
    needs: tuple[Code, ...] = Field((), description="Items whose result this one stands on")
    after: tuple[Line, ...] = Field((), description="What to do afterwards")
    facts: tuple[Line, ...] = ()
    variants: dict[str, Variant] = Field({}, description="By six-digit district code")

    @property
    def first_department(self) -> str:
        """Return the lower body that reviews first, where the item has one (初审, 行政许可法 35、43)."""
        if self.handle_mode != FIRST_REVIEW_MODE:
            return ""
        return next((code for code in self.joint_departments if code != self.department), "")

    def conditions_on_answers(self) -> Iterator[tuple[tuple[str | int, ...], dict[str, object]]]:
        """Yield every condition on the answers of a bundle that the item writes, with the path to it."""
        for position, material in enumerate(self.materials):
            if material.when is not None:
                yield ("materials", position, "when"), material.when
            for number, instead in enumerate(material.instead):
                if instead.when is not None:
                    yield ("materials", position, "instead", number, "when"), instead.when
        if self.site_check and self.site_check.when is not None:
            yield ("site_check", "when"), self.site_check.when


class Theme(Record):
    """生活主题."""

    code: Code
    name: Line
    english: Line
    audience: Audience
    icon: Line = Field(description="A Lucide icon of the sprite")
    words: tuple[Line, ...] = Field((), description="What people say")


class LicenceType(Record):
    """证照类型."""

    code: Code
    name: Line
    english: Line | None = None
    catalogue_code: ForeignCode | None = Field(None, description="15-digit Shanghai code, where read")
    category: str = Field("1", pattern="^[1-5]$", description="1 证照 2 批文 3 证明 4 材料 5 证件")
    holder: str = Field("person", pattern="^(person|company|both)$")
    issuer: Code | None = Field(None, description="A department of the pack")
    validity: Line | None = None
    face: tuple[Line, ...] = Field(
        (),
        description="What stands on it, in this order: data elements, each with its own label as `element=法定代表人`",
    )
    sure: Sure = Sure.KNOWLEDGE
    source: ForeignCode | None = None

    @property
    def face_lines(self) -> tuple[tuple[str, str], ...]:
        """Return the data elements on its face with their labels; an empty label is the element's own name."""
        parted = (line.partition("=") for line in self.face)
        return tuple((element.strip(), label.strip()) for element, _, label in parted)


class DataElement(Record):
    """数据元: one thing a form asks. Equal codes are asked once."""

    code: Code
    name: Line
    english: Line
    group: Line = Field(description="Which part of the form: applicant, premises, staff …")
    kind: Line = Field("text", description="text, number, date, boolean, choice, phone, address")
    held_by: Line | None = Field(None, description="The register that holds it, so it is filled already")
    choices: tuple[Line, ...] = Field((), description="What can be chosen, where it is a choice among few")


class Source(Record):
    """Where facts were read."""

    code: ForeignCode
    name: Line
    kind: Line = Field(description="law, rule, page, news, implementation")
    url: Line | None = None
    sure: Sure
    weak: bool = False


class City(Record):
    """城市: the head of a pack (city.yaml)."""

    schema_: str = Field(alias="schema", pattern="^tongban-city/1$")
    code: str = Field(pattern=r"^[0-9]{6}$")
    name: Line
    english: Line
    short: Line = Field(description="Name in the header, e.g. 上海市")
    slogan: Line
    slogan_english: Line
    hotline: Line
    complaint_hotline: Line
    demonstration: Text | None = Field(
        None, description="A sentence at the foot of every page, if the pack is a demonstration"
    )
    demonstration_english: Text | None = None
    remedies: tuple[Text, ...] = Field(description="What a person may do when refused; shown in every guide")
    remedies_english: tuple[Text, ...] = ()
    saving_basis: dict[str, Basis] = Field({}, description="The general law behind each kind of saving")

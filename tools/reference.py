"""Write the pages of docs/reference that come from the code: rules, elements, fields of the city pack.

With ``--check`` nothing is written; the exit code is 1 where a page is out of date.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tongban.datahub.resources import labels  # noqa: E402
from tongban.datahub.resources import types as d  # noqa: E402
from tongban.datahub.resources.rules import entries as data_entries  # noqa: E402
from tongban.datahub.resources.rules import life_cycle as requests  # noqa: E402
from tongban.foundation.calendars import pack as calendars  # noqa: E402
from tongban.foundation.calendars.types import CalendarDay  # noqa: E402
from tongban.foundation.government import pack as government  # noqa: E402
from tongban.foundation.government import types as g  # noqa: E402
from tongban.foundation.packs.reading import rules as reading  # noqa: E402
from tongban.foundation.packs.types import Rule, Severity  # noqa: E402
from tongban.kernel import records  # noqa: E402
from tongban.kernel.language import translate  # noqa: E402
from tongban.services.approvals import pack as approvals  # noqa: E402
from tongban.services.bundles import types as b  # noqa: E402
from tongban.services.bundles.pack import table as bundles  # noqa: E402
from tongban.services.catalogue import types as c  # noqa: E402
from tongban.services.catalogue.codes import LIST_OF_FIELD, LISTS  # noqa: E402
from tongban.services.catalogue.elements import ELEMENTS, OF_MATERIALS, OURS, Element  # noqa: E402
from tongban.services.catalogue.rules import table as catalogue  # noqa: E402
from tongban.services.catalogue.search.types import Synonym  # noqa: E402
from tongban.services.licences import pack as licences  # noqa: E402
from tongban.services.obtaining import pack as obtaining  # noqa: E402

PAGES = ROOT / "docs" / "reference"
WRITTEN = "<!-- Written by tools/reference.py from the code; do not edit. -->\n"

TABLES: tuple[tuple[str, Mapping[str, Rule]], ...] = (
    ("Files and folders", reading.FOLDER),
    ("Text", reading.TEXT),
    ("YAML", reading.YAML),
    ("CSV", reading.CSV),
    ("Fields", reading.SCHEMA),
    ("Entries and references", reading.RECORDS),
    ("Government", government.RULES),
    ("Calendar", calendars.RULES),
    ("Materials", catalogue.MATERIALS),
    ("Limits and checks", catalogue.LIMITS),
    ("Visits", catalogue.VISITS),
    ("Fees", catalogue.FEES),
    ("Telephones", catalogue.PHONES),
    ("Results and kinds", catalogue.RESULTS),
    ("Districts", catalogue.VARIANTS),
    ("The item as a whole", catalogue.WHOLE),
    ("Codes and the head of the pack", catalogue.CODES),
    ("Bundles", bundles.RULES),
    ("Approvals", approvals.RULES),
    ("Licences", licences.RULES),
    ("Data", data_entries.RULES),
    ("Obtaining", obtaining.RULES),
)

RECORDS: tuple[type[BaseModel], ...] = (
    c.City,
    c.Source,
    g.Department,
    g.District,
    g.Outline,
    g.Street,
    g.Centre,
    g.Window,
    g.Post,
    g.StaffMember,
    g.Duty,
    CalendarDay,
    c.LicenceType,
    c.DataElement,
    c.Theme,
    Synonym,
    c.Item,
    c.Fact,
    c.Basis,
    c.Limit,
    c.Situation,
    c.Material,
    c.Instead,
    c.Step,
    c.Result,
    c.Fee,
    c.Charge,
    c.Visit,
    c.SiteCheck,
    c.Commitment,
    c.Question,
    c.Online,
    c.Place,
    c.Variant,
    b.Bundle,
    b.BundleQuestion,
    b.Choice,
    b.BundleItem,
    b.Promise,
    b.JointCheck,
    b.Published,
)

DATA_RECORDS: tuple[type[BaseModel], ...] = (
    d.System,
    d.DataTheme,
    d.Resource,
    d.DataField,
    d.DataDuty,
    d.Demand,
    d.Negative,
    d.LegalBasis,
)
"""Records with a page of their own, data.md; their codes are their own too."""

SAID: dict[str, str] = {
    "System.department": "Whose system it is",
    "System.kind": "What it is to others",
    "DataField.type": "数据类型",
    "DataField.length": "At most so many characters or digits",
    "DataField.description": "What a reader should know about it",
    "Resource.department": "Who answers for it",
    "Resource.system": "A code of data/systems.yaml",
    "Resource.kind": "基础、主题、部门",
    "Resource.summary": "What it is, in a few sentences",
    "Resource.format": "共享方式",
    "Resource.subject": "Whose data it is",
    "Resource.fields": "信息项",
    "Resource.sharing": "共享类型",
    "Resource.opening": "开放类型",
    "Resource.update": "更新周期",
    "DataDuty.department": "Who owes it: the resource's own department",
    "DataDuty.resource": "What is owed",
    "DataDuty.basis": "The law that makes it owed",
    "DataDuty.update": "How often it is renewed at least",
    "DataDuty.note": "What a reader should know about it",
    "Demand.department": "Who needs it",
    "Demand.item": "An item of the pack",
    "Negative.resource": "What may not be shared",
    "Negative.article": "Its article",
    "Negative.reason": "Why, for whoever is refused",
    "City.schema_": "Always `tongban-city/1`",
    "City.code": "Six-digit area code of the city (GB/T 2260)",
    "City.slogan": "One line under the name on the home page",
    "City.hotline": "Whom to ask about anything",
    "City.complaint_hotline": "Where to complain",
    "Source.code": "How facts refer to it, e.g. `L-FOOD`",
    "Source.weak": "A source that one should not lean on",
    "District.code": "Six-digit area code",
    "Street.code": "Nine-digit code; begins with its district's",
    "Street.district": "The district's six digits",
    "Centre.district": "Six digits",
    "Centre.street": "Nine digits",
    "Window.centre": "A centre of the pack",
    "Post.department": "A department of the pack",
    "Post.duties": "What its holder does",
    "StaffMember.name": "In a demonstration: invented",
    "StaffMember.posts": "Posts of the pack",
    "Duty.department": "Who answers for it",
    "Duty.basis": "The law that says so",
    "CalendarDay.date": "e.g. `2026-02-28`",
    "CalendarDay.kind": "A day off, or a weekend day that is worked",
    "LicenceType.validity": "How long it is valid, in words",
    "Synonym.word": "What people type",
    "Synonym.means": "What the catalogue calls it",
    "Synonym.kind": "`spoken` leads only from the word to the meaning; the others lead both ways",
    "Item.code": "Its address; never changes",
    "Item.type": "事项类型",
    "Item.case_kind": "办件类型",
    "Item.audience": "服务对象",
    "Item.level": "行使层级",
    "Item.handle_forms": "办理形式",
    "Item.basis": "设定依据",
    "Item.situations": "情形",
    "Item.materials": "材料; write `[]` when none is asked for",
    "Item.silence_is_consent": "Only by a published rule",
    "Item.results": "办理结果",
    "Item.fee": "收费",
    "Item.online": "网上办理",
    "Item.facts": "What else one should know, a line each",
    "Limit.days": "0 is on the spot",
    "Situation.promise": "Instead of the item's",
    "Situation.visits": "Instead of the item's; `[]` for none",
    "Situation.site_check": "Whether it is checked on the spot, instead of the item's",
    "Material.original": "材料类型",
    "Material.instead": "What makes it unnecessary; of several that hold, the order of kinds is fixed ([bundles](bundles.md))",
    "Fee.online_payment": "网上支付; must be true when charged",
    "Charge.reducible": "是否允许减免",
    "SiteCheck.needed": "false says: none, on purpose",
    "Commitment.possible": "Whether it can be done on a promise",
    "LicenceType.holder": "持证者",
    "Situation.code": "Unique within the item",
    "Step.name": "What happens",
    "Charge.name": "收费项目",
    "Online.single_sign_on": "单点登录",
    "Source.name": "Title and date",
    "BundleQuestion.unit": "Shown beside the number",
    "Choice.english": "What the person reads in English",
    "Place.name": "The hall",
    "Instead.by": "The kind of saving",
    "Step.who": "Who does it",
    "Step.takes": "How long, in words",
    "Step.says": "What the person hears",
    "Result.validity": "How long it is valid, in words",
    "Result.sample": "A file of the pack or an address",
    "Fee.charges": "When charged: each with its standard and basis",
    "Charge.standard": "How much, for what",
    "Charge.reduction": "When it can be reduced, and by what law",
    "Visit.purpose": "`submit` and `collect` can be taken over by the web and by post; `attend` can not",
    "Visit.why": "Why the person must come",
    "SiteCheck.people": "Two or more for a licence",
    "SiteCheck.when": "Only under this condition on the answers",
    "SiteCheck.words": "What is looked at",
    "Commitment.covers": "What the promise stands for",
    "Variant.promise_days": "Not longer than the city's",
    "Variant.visits": "Not more than the city's",
    "Variant.fee_free": "The district waives the fee",
    "Bundle.aliases": "What people say",
    "Bundle.icon": "A Lucide icon of the sprite",
    "Bundle.themes": "Codes of themes.yaml",
    "Bundle.audience": "服务对象",
    "Bundle.questions": "Asked before anything is shown",
    "Bundle.items": "What it is made of",
    "Bundle.published": "Held beside what is computed; never used by the compiler",
    "BundleQuestion.code": "How conditions name it",
    "BundleQuestion.kind": "What kind of answer",
    "BundleQuestion.choices": "Of a `choice`: two or more",
    "BundleQuestion.least": "Of a `number`",
    "BundleQuestion.most": "Of a `number`",
    "BundleQuestion.default": "What the page starts with",
    "Choice.value": "What conditions compare with",
    "Choice.label": "What the person reads",
    "BundleItem.item": "An item of the pack. It may stand several times in different situations, if the conditions "
    "exclude each other",
    "BundleItem.when": "Only under this condition on the answers",
    "BundleItem.when_words": "The same in plain words",
    "BundleItem.situation": "Which situation of the item; without it the first",
    "BundleItem.promise": "When it takes less time inside the bundle",
    "Promise.days": "Working days; not more than the item alone",
    "Promise.reason": "Shown with the saving",
    "JointCheck.items": "Items of the bundle that have a site check",
    "Published.before": "`materials`, `checks`, `days`, `visits`, `fields`, `licences`",
    "Published.after": "The same",
}
"""What a field is, where the record itself does not say."""

GENERAL: dict[str, str] = {
    "code": "Its code, unique in the pack",
    "name": "Official name",
    "english": "Name in English",
    "plain": "What it is, in words people use",
    "plain_english": "The same in English",
    "sure": "How sure",
    "source": "A code in sources.yaml",
    "basis": "The law behind it",
    "level": "行使层级",
    "phone": "Telephone",
    "enquiry_phone": "咨询方式",
    "complaint_phone": "监督投诉方式",
    "address": "Where",
    "hours": "When it is open",
    "place": "Where",
    "url": "Address on the web",
    "mobile_url": "Address for phones",
    "audience": "服务对象",
    "unit": "What is counted",
    "words": "In words",
    "about_english": "The same in English",
    "demonstration_english": "The same in English",
    "slogan_english": "The same in English",
    "remedies_english": "The same in English",
    "ask": "The question",
    "answer": "The answer",
    "site_check": "现场核查",
    "commitment": "告知承诺",
    "joint_check": "联合核查",
}

BASIC = (
    (records.Code, "code"),
    (records.ForeignCode, "code of others"),
    (records.Line, "line"),
    (records.Text, "text"),
)
SIMPLE: dict[Any, str] = {str: "text", int: "number", bool: "true/false", date: "date", object: "condition"}


def main() -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where a page is out of date"
    )
    checking = parser.parse_args().check
    stale = [path for path, text in pages() if not path.exists() or path.read_text("utf-8") != text]
    if checking:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `make fix` or python tools/reference.py")
        return 1 if stale else 0
    for path, text in pages():
        path.write_text(text, "utf-8")
    return 0


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each page and what it should say."""
    yield PAGES / "rules.md", rules_page()
    yield PAGES / "item-elements.md", elements_page()
    guide = PAGES / "city-pack.md"
    yield guide, with_tables(guide.read_text("utf-8"))
    data = PAGES / "data.md"
    yield data, with_codes(with_tables(data.read_text("utf-8")))


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────
def rules_page() -> str:
    """Return the page of all rules."""
    count = sum(len(rules) for _, rules in TABLES)
    lines = [
        "# The rules of a city pack",
        "",
        WRITTEN,
        f"`tongban city check FOLDER` holds a pack to these {count} rules and tells every place where one is "
        "broken, with file, line and column. Errors keep a pack from being loaded; warnings are only shown "
        "(`--strict` counts them too). Where a rule has a law behind it, the law is named; articles were read "
        "in the texts.",
        "",
    ]
    for title, rules in TABLES:
        lines += [f"## {title}", "", "| rule | what it says | why | law |", "|---|---|---|---|"]
        lines += [rule_row(rule) for rule in rules.values()]
        lines.append("")
    return "\n".join(lines)


def rule_row(rule: Rule) -> str:
    """Return a rule as a row."""
    mark = " (warning)" if rule.severity is Severity.WARNING else ""
    said = f"{cell(translate(rule.sentence, 'en'))}<br>{cell(rule.sentence)}"
    return f"| `{rule.code}`{mark} | {said} | {cell(rule.why)} | {cell(rule.law)} |"


# ── elements ──────────────────────────────────────────────────────────────────────────────────────
def elements_page() -> str:
    """Return the page of the elements and code lists."""
    lines = [
        "# The elements of an item",
        "",
        WRITTEN,
        f"The {len(ELEMENTS)} elements are the union of table 4 of GB/T 39046-2020 and the national item tables, as "
        "far as they belong to the item itself. “Field” is the field of `Item` in the pack, in the database's "
        "document, on the page and in the interface: it is one definition. The standard's name of a field is "
        "empty where it was not read.",
        "",
        *element_table(ELEMENTS),
        "",
        "## Of materials and reductions",
        "",
        "In the national model they belong to tables of their own.",
        "",
        *element_table(OF_MATERIALS),
        "",
        "## Fields of our own",
        "",
        "| field | why |",
        "|---|---|",
        *(f"| `{field}` | {cell(why)} |" for field, why in OURS.items()),
        "",
        "## Code lists",
        "",
    ]
    for name, codes in LISTS.items():
        lines += [
            f"### {name}: {codes.name}",
            "",
            f"{codes.english}. Origin: {codes.origin}.",
            "",
            "| code | label | English |",
            "|---|---|---|",
        ]
        lines += [
            f"| `{code}` | {chinese} | {english} |" for code, (chinese, english) in codes.labels.items()
        ]
        lines.append("")
    return "\n".join(lines)


def element_table(elements: Iterable[Element]) -> Iterator[str]:
    """Yield a table of elements."""
    yield "| | element | English | standard's field | our field | code list |"
    yield "|---|---|---|---|---|---|"
    for number, one in enumerate(elements, 1):
        field = f"`{one.field}`" if one.field else f"({one.kept})"
        yield f"| {number} | {one.term} | {one.english} | {one.id} | {field} | {one.codes} |"


# ── fields ────────────────────────────────────────────────────────────────────────────────────────
def with_tables(page: str) -> str:
    """Return the page with the table of each record between its markers written anew."""
    known = {model.__name__: model for model in (*RECORDS, *DATA_RECORDS)}

    def written(match: re.Match[str]) -> str:
        model = known[match.group(1)]
        return "\n".join([f"<!-- fields: {model.__name__} -->", "", *field_table(model), "", "<!-- end -->"])

    return re.sub(r"<!-- fields: (\w+) -->.*?<!-- end -->", written, page, flags=re.DOTALL)


def with_codes(page: str) -> str:
    """Return the page of data with its lists of codes and the life of a request written anew."""
    lines = ["| field | code | official term | English |", "|---|---|---|---|"]
    for field, values in labels.VALUES.items():
        lines += [
            f"| `{field}` | `{code}` | {name} | {english} |" for code, (name, english) in values.items()
        ]
    steps = ["| state | act | then |", "|---|---|---|"]
    for step in requests.LIFE_CYCLE:
        words = (
            requests.STATE_NAMES[step.state],
            requests.ACT_NAMES[step.act],
            requests.STATE_NAMES[step.next],
        )
        codes = (step.state.value, step.act.value, step.next.value)
        steps.append("".join(f"| `{code}` {word} " for code, word in zip(codes, words, strict=True)) + "|")
    for name, table in (("codes", lines), ("life cycle", steps)):
        written = "\n".join([f"<!-- {name} -->", "", *table, "", "<!-- end -->"])
        page = re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _, text=written: text, page, flags=re.DOTALL)
    return page


def field_table(model: type[BaseModel]) -> Iterator[str]:
    """Yield the table of a record's fields."""
    yield "| field | takes | what it is |"
    yield "|---|---|---|"
    inherited = set(c.Fact.model_fields) if issubclass(model, c.Fact) and model is not c.Fact else set()
    for name, info in model.model_fields.items():
        if name not in inherited:
            must = "**must** · " if info.is_required() else ""
            yield f"| `{info.alias or name}` | {must}{takes(name, info, model)} | {meaning(model, name, info)} |"
    if inherited:
        yield "| `sure`, `source`, `note` | see [How sure](#how-sure-every-fact-says-so) | |"


def takes(name: str, info: FieldInfo, model: type[BaseModel]) -> str:
    """Return what a field takes: its type, its values, its default."""
    words = kind(info.annotation, info)
    codes = None if model in DATA_RECORDS else LISTS.get(LIST_OF_FIELD.get(name, ""))
    pattern = next((m.pattern for m in info.metadata if getattr(m, "pattern", None)), None)
    if pattern and not codes:
        choice = re.fullmatch(r"\^\(?([\w|]+)\)?\$", pattern) or re.fullmatch(r"\^\[(\w+)\]\$", pattern)
        digits = re.fullmatch(r"\^\[0-9\]\{(\d+)\}\$", pattern)
        if digits:
            words = f"{digits.group(1)} digits"
        elif choice:
            parts = choice.group(1).split("|") if "|" in choice.group(1) else list(choice.group(1))
            words = " ".join(f"`{part}`" for part in parts) if "[" in pattern or "|" in pattern else words
    if codes:
        words = f"one of [{codes.english.lower()}](item-elements.md#{LIST_OF_FIELD[name]}-{codes.name})"
        if get_origin(info.annotation) is tuple:
            words = "list, each " + words
    default = info.default
    if default not in (None, (), "", {}) and not info.is_required() and not isinstance(default, BaseModel):
        words += f" · else `{shown(default)}`"
    return words


def shown(value: object) -> str:
    """Return a default as it would be written in YAML."""
    if isinstance(value, tuple):
        return "[" + ", ".join(shown(one) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.value if isinstance(value, Enum) else value)


def kind(annotation: Any, info: FieldInfo | None = None) -> str:
    """Return a type in words."""
    for known, name in BASIC:
        if annotation == known or (
            info is not None and annotation is str and info.metadata == list(get_args(known)[1:])
        ):
            return name
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " ".join(f"`{member.value}`" for member in annotation)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind(inner[0], None)
    if origin in (Union, UnionType):
        return " or ".join(kind(one) for one in inner if one is not type(None))
    if origin is tuple:
        return f"list of {kind(inner[0])}"
    if origin is dict:
        return "[condition](#conditions)" if inner[1] is object else f"mapping to {kind(inner[1])}"
    return SIMPLE.get(annotation, str(annotation))


def meaning(model: type[BaseModel], name: str, info: FieldInfo) -> str:
    """Return what a field is. Raises KeyError where nobody says."""
    for owner in model.__mro__:
        said = SAID.get(f"{owner.__name__}.{name}")
        if said:
            return cell(said)
    if info.description:
        return cell(info.description)
    terms = {
        element.field: f"{element.term}: {element.english.lower()}" for element in (*ELEMENTS, *OF_MATERIALS)
    }
    if model is c.Item and (name in terms or name in OURS):
        return cell(terms.get(name) or OURS[name])
    return cell(GENERAL.get(name, ""))


def cell(text: str) -> str:
    """Return a text that can stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())

"""Results of a search in the reader's words: bundles on top, matters, questions, and what was understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from tongban.channels.portal.presenters.items import days_in, joined, plain_words
from tongban.channels.portal.presenters.listing import AUDIENCES, Group
from tongban.channels.ui.environment import local, say
from tongban.foundation.government.types import Department
from tongban.kernel.errors import N_
from tongban.services.catalogue.search.types import Filters, Hit, Kind, SearchResult

EASY = {
    "no_visit": N_("一次不用跑"),
    "one_visit": N_("最多跑一次"),
    "no_materials": N_("不用交材料"),
    "immediate": N_("当场办结"),
}
ORDERS = {"best": N_("最合适在前"), "fastest": N_("最快在前"), "fewest": N_("材料最少在前")}
MOST_DEPARTMENTS = 8
NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class HitRow:
    """A matter, bundle or question that was found."""

    kind: str
    code: str
    path: str
    title: Markup
    says: Markup
    icon: str
    days: str = ""
    days_label: str = ""
    visits: str = ""
    materials: str = ""
    marks: tuple[str, ...] = ()
    drawing: Markup = NOTHING


def hit_row(hit: Hit, departments: Mapping[str, Department], language: str) -> HitRow:
    """Return the row of a hit."""
    makers = {Kind.BUNDLE: _bundle_row, Kind.QUESTION: _question_row}
    return makers.get(hit.kind, _item_row)(hit, departments, language)


def marked(text: str, places: Iterable[tuple[int, int]]) -> Markup:
    """Return the text with the places that match marked."""
    made, at = [], 0
    for start, end in places:
        made += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*made, escape(text[at:])])


def _words(hit: Hit, language: str) -> tuple[Markup, Markup]:
    """Return title and sentence; English ones where there are, else the Chinese ones said to be Chinese."""
    chinese = marked(hit.title, hit.marks), marked(hit.subtitle, hit.subtitle_marks)
    if language == "zh":
        return chinese
    english, plain = str(hit.card.get("english") or ""), str(hit.card.get("plain_english") or "")
    title = escape(english) if english else Markup('<span lang="zh-CN">{}</span>').format(chinese[0])
    return title, plain_words(hit.subtitle, plain, bool(english), language)


def _item_row(hit: Hit, departments: Mapping[str, Department], language: str) -> HitRow:
    title, plain = _words(hit, language)
    department = departments.get(str(hit.card.get("department")))
    who = local(language, department.name, department.english) if department else ""
    told = hit.card.get("depth") == "full"
    label, days = _days(hit.card, language)
    return HitRow(
        "item", hit.code, f"/items/{hit.code}", title, joined(plain, who, language), "file-text", days, label,
        say(language, N_("{count} 次"), count=hit.card.get("visits", 0)) if told else "",
        say(language, N_("{count} 份"), count=hit.card.get("materials", 0)) if told else "",
        () if told else (say(language, N_("摘要")),),
    )  # fmt: skip


def _days(card: Mapping[str, object], language: str) -> tuple[str, str]:
    days, unit = card.get("days"), str(card.get("unit") or "")
    if card.get("immediate") or days == 0:
        return say(language, N_("办结")), say(language, N_("当场"))
    if not isinstance(days, int):
        return say(language, N_("时限")), ""
    label = N_("承诺办完") if card.get("promised") else N_("法律最长")
    return say(language, label), days_in(days, unit, language)


def _bundle_row(hit: Hit, departments: Mapping[str, Department], language: str) -> HitRow:
    title, says = _words(hit, language)
    after = hit.card.get("after") or {}
    return HitRow(
        "bundle", hit.code, f"/bundles/{hit.code}", title, says, str(hit.card.get("icon") or "layers"),
        days_in(after["days"], "working", language) if "days" in after else "", say(language, N_("合起来办")),
        say(language, N_("{count} 次"), count=after["visits"]) if "visits" in after else "",
        say(language, N_("{count} 份"), count=after["materials"]) if "materials" in after else "",
    )  # fmt: skip


def _question_row(hit: Hit, departments: Mapping[str, Department], language: str) -> HitRow:
    item, _, number = hit.code.partition("#")
    title = Markup("{}").format(marked(hit.title, hit.marks))
    answer = str(hit.card.get("answer") or hit.subtitle)
    says = escape(answer if len(answer) <= 80 else answer[:79] + "…")
    if language != "zh":
        title, says = (Markup('<span lang="zh-CN">{}</span>').format(one) for one in (title, says))
    return HitRow(
        "question", hit.code, f"/items/{item}#question-{number}", title, says, "message-circle-question-mark"
    )


def groups(
    result: SearchResult, filters: Filters, departments: Mapping[str, Department], language: str
) -> tuple[Group, ...]:
    """Return the filters beside the results, each value with how many it would leave."""
    counts = {(facet.name, facet.value): facet.count for facet in result.facets}
    anyone = ("", say(language, N_("不限")), None, not filters.audience)
    any_department = ("", say(language, N_("不限")), None, not filters.department)
    found = sorted(
        result.facet("department"), key=lambda facet: (facet.value != filters.department, -facet.count)
    )
    return (
        Group(say(language, N_("谁来办")), "audience", (anyone, *(
            (code, say(language, words), counts.get(("audience", code), 0), filters.audience == code)
            for code, words in list(AUDIENCES.items())[:2]
        )), "radio"),
        Group(say(language, N_("怎么办")), "easy", tuple(
            (name, say(language, words), counts.get((name, "1"), 0), getattr(filters, name)) for name, words in EASY.items()
        )),
        Group(say(language, N_("归谁管")), "department", (any_department, *(
            (facet.value, _short(departments.get(facet.value), facet.value, language), facet.count, filters.department == facet.value)
            for facet in found[:MOST_DEPARTMENTS]
        )), "radio"),
    )  # fmt: skip


def _short(department: Department | None, code: str, language: str) -> str:
    if department is None:
        return code
    return department.short if language == "zh" else department.english

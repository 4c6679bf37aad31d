"""What a bundle's page says: answers in words, savings grouped and counted down, what to bring, what applies. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from tongban.kernel.conditions import Answer
from tongban.kernel.errors import N_
from tongban.services.bundles.types import (
    Applies,
    Bundle,
    BundleQuestion,
    Compiled,
    FormField,
    Measure,
    NeededMaterial,
    Reduction,
)

MEASURES = {
    Measure.MATERIALS: (N_("提交材料"), N_("份")),
    Measure.DAYS: (N_("办理时间"), N_("个工作日")),
    Measure.VISITS: (N_("本人跑动"), N_("次")),
    Measure.CHECKS: (N_("上门核查"), N_("次上门")),
    Measure.FIELDS: (N_("填写内容"), N_("项")),
    Measure.LICENCES: (N_("领到的证"), N_("张")),
}
KINDS = {
    "form_merge": N_("几张表合成一张"),
    "duplicate": N_("同一份只交一次"),
    "licence_library": N_("电子证照里有"),
    "bundle_output": N_("自己办出来的不回头要"),
    "data_sharing": N_("部门之间已共享"),
    "generated": N_("由系统生成"),
    "commitment": N_("换成一份承诺"),
    "no_legal_basis": N_("没有法律依据，取消"),
    "time_limit": N_("各家自己办得更快"),
    "parallel": N_("同时办，不再排队"),
    "joint_check": N_("几家一起上门"),
    "online_filing": N_("网上提交"),
    "one_window": N_("一个窗口交齐"),
    "one_pickup": N_("一次领齐"),
    "same_element": N_("同一项只填一次"),
    "combined_licence": N_("几张证合成一张"),
}
CHANNELS = {
    "online_delivery": N_("网上办，寄到家"),
    "online_pickup": N_("网上办，去领一次"),
    "window": N_("都在窗口办"),
}
HOW = {"fill": N_("在线填写"), "sign": N_("在线签名"), "upload": N_("拍照或上传")}
GROUPS = {
    "applicant": N_("申请人"), "company": N_("企业"), "representative": N_("法定代表人"), "agent": N_("代办人"),
    "premises": N_("场所"), "staff": N_("人员"), "food": N_("食品经营"), "fire": N_("消防"),
    "drainage": N_("排水"), "sign": N_("招牌"), "trade": N_("行业经营"), "construction": N_("工程"),
    "property": N_("房产"), "family": N_("家庭"), "child": N_("孩子"), "school": N_("入学"),
    "work": N_("就业"), "insurance": N_("社会保险"), "vehicle": N_("车辆"), "travel": N_("出入境"),
    "residence": N_("居住"), "tax": N_("税务"), "bank": N_("银行账户"), "legal": N_("法律服务"),
    "dog": N_("犬只"), "disability": N_("残疾"), "delivery": N_("领取方式"), "assistance": N_("救助"),
}  # fmt: skip
"""The usual parts of a form; a pack may name others, which are shown as it writes them."""
LARGEST_COUNT_DRAWN = 60


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the answer in words, and the answer as it stands in a form."""

    question: BundleQuestion
    answer: Answer
    words: str
    english: str | None


@dataclass(frozen=True, slots=True)
class SavingGroup:
    """Savings of one kind; ``left`` is how many remain after it when they are taken off one by one."""

    kind: str
    words: str
    count: int
    left: int
    savings: tuple[Reduction, ...]

    @property
    def laws(self) -> tuple[str, ...]:
        """Return the laws behind these savings, each once, in order."""
        return tuple(dict.fromkeys(one.law for one in self.savings))


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure before and after, and what made the difference."""

    measure: Measure
    label: str
    unit: str
    before: int
    after: int
    groups: tuple[SavingGroup, ...]

    @property
    def drawn(self) -> bool:
        """Return whether the steps down are drawn as squares one can count."""
        return self.measure is Measure.MATERIALS and 0 < self.before <= LARGEST_COUNT_DRAWN


@dataclass(frozen=True, slots=True)
class Spared:
    """A paper one need not bring and why."""

    name: str
    saving: Reduction


@dataclass(frozen=True, slots=True)
class BundlePage:
    """Everything a bundle's page shows."""

    answered: tuple[Answered, ...]
    rows: tuple[MeasureRow, ...]
    needed: tuple[tuple[str, tuple[NeededMaterial, ...]], ...]
    spared: tuple[SavingGroup, ...]
    applying: tuple[Applies, ...]
    left_out: tuple[Applies, ...]
    fields: tuple[tuple[str, tuple[FormField, ...]], ...]
    held: int
    published: tuple[tuple[str, int | None, int | None], ...]
    """Totals that somebody published, (measure in words, before, after), in the order of the page."""


def present(bundle: Bundle, compiled: Compiled) -> BundlePage:
    """Return what the page of a bundle says for these answers."""
    rows = tuple(_row(measure, compiled) for measure in MEASURES)
    return BundlePage(
        answered=tuple(_answered(one, compiled.answers[one.code]) for one in bundle.questions),
        rows=tuple(row for row in rows if row.before or row.after),
        needed=_needed(compiled.needed),
        spared=_groups(compiled.savings, Measure.MATERIALS, compiled.before.materials),
        applying=tuple(one for one in compiled.items if one.applies),
        left_out=tuple(one for one in compiled.items if not one.applies),
        fields=_fields(compiled.form),
        held=sum(field.held_by is not None for field in compiled.form),
        published=_published(bundle),
    )


def _published(bundle: Bundle) -> tuple[tuple[str, int | None, int | None], ...]:
    if bundle.published is None:
        return ()
    before, after = bundle.published.before, bundle.published.after
    return tuple(
        (words, before.get(measure), after.get(measure))
        for measure, (words, _) in MEASURES.items()
        if measure in before or measure in after
    )


def _row(measure: Measure, compiled: Compiled) -> MeasureRow:
    label, unit = MEASURES[measure]
    before, after = getattr(compiled.before, measure), getattr(compiled.after, measure)
    return MeasureRow(measure, label, unit, before, after, _groups(compiled.savings, measure, before))


def _groups(savings: tuple[Reduction, ...], measure: Measure, before: int) -> tuple[SavingGroup, ...]:
    groups, left = [], before
    of_measure = sorted((one for one in savings if one.measure is measure), key=_kind_order)
    for kind, members in groupby(of_measure, key=lambda one: one.kind):
        ones = tuple(members)
        count = sum(one.count for one in ones)
        left -= count
        groups.append(SavingGroup(kind, KINDS[kind], count, left, ones))
    return tuple(groups)


def _kind_order(saving: Reduction) -> int:
    return list(KINDS).index(saving.kind)


def _needed(needed: tuple[NeededMaterial, ...]) -> tuple[tuple[str, tuple[NeededMaterial, ...]], ...]:
    groups = ((HOW[how], tuple(one for one in needed if one.how == how)) for how in HOW)
    return tuple((words, ones) for words, ones in groups if ones)


def _fields(form: tuple[FormField, ...]) -> tuple[tuple[str, tuple[FormField, ...]], ...]:
    names: dict[str, list[FormField]] = {}
    for field in form:
        names.setdefault(field.group, []).append(field)
    return tuple((group, tuple(fields)) for group, fields in names.items())


def _answered(question: BundleQuestion, answer: Answer) -> Answered:
    if question.kind == "boolean":
        return Answered(question, answer, N_("是") if answer else N_("否"), None)
    if question.kind == "number":
        return Answered(question, answer, f"{answer} {question.unit or ''}".strip(), None)
    chosen = next(one for one in question.choices if one.value == answer)
    return Answered(question, answer, chosen.label, chosen.english)


def reached(before_after: Mapping[str, int], figures: Mapping[str, int]) -> bool:
    """Return whether computed figures are the published ones, for every measure that was published."""
    return all(figures.get(name) == number for name, number in before_after.items())

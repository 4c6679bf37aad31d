"""What is wrong with a bundle whatever the answers are; for the check of a city pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.kernel import conditions
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.services.bundles.rules.answers import answer_problem, answer_problems
from tongban.services.bundles.rules.compiler import compile_bundle
from tongban.services.bundles.types import Bundle, Names
from tongban.services.catalogue.types import Item

MAX_CASES = 64


def bundle_problems(bundle: Bundle, items: Mapping[str, Item], names: Names) -> tuple[Failure, ...]:
    """Return everything wrong with a bundle: its questions, conditions, items, and circles of waiting."""
    problems: list[Failure] = [
        *_question_problems(bundle),
        *_condition_problems(bundle, items),
        *_item_problems(bundle, items),
    ]
    problems += answer_problems(bundle, bundle.reference)
    return tuple(problems) if problems else tuple(_compiles(bundle, items, names))


def _question_problems(bundle: Bundle) -> Iterator[Failure]:
    seen: set[str] = set()
    for question in bundle.questions:
        if question.code in seen:
            yield Invalid("bundle-question-twice", N_("问题“{name}”写了两次。"), name=question.code)
        seen.add(question.code)
        if question.kind == "choice" and len(question.choices) < 2:
            yield Invalid("bundle-question-choices", N_("问题“{name}”至少要有两个选项。"), name=question.code)
        else:
            problem = answer_problem(question, question.default)
            if problem:
                yield problem


def _condition_problems(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Failure]:
    known = {question.code for question in bundle.questions}
    for where, condition in _conditions(bundle, items):
        try:
            conditions.check(condition)
        except conditions.BadCondition as bad:
            yield Invalid(
                "bundle-condition", N_("“{where}”的条件写法不对：{problem}。"), where=where, problem=str(bad)
            )
            continue
        for name in sorted(set(conditions.names(condition)) - known):
            yield Invalid(
                "bundle-condition-name",
                N_("“{where}”的条件用到“{name}”，但没有问这个问题。"),
                where=where,
                name=name,
            )


def _conditions(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the conditions that decide by answers of this bundle: its own, and those of its items."""
    for entry in bundle.items:
        if entry.when is not None:
            yield entry.item, entry.when


def _item_problems(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Failure]:
    inside = {entry.item for entry in bundle.items}
    for code in sorted(inside - items.keys()):
        yield Invalid("bundle-unknown-item", N_("事项目录里没有“{item}”。"), item=code)
    for entry in bundle.items:
        for code in sorted(set(entry.needs) - inside):
            yield Invalid(
                "bundle-needs-outside",
                N_("“{item}”要等“{needs}”，但它不在这件事里。"),
                item=entry.item,
                needs=code,
            )
    for code in sorted(set(bundle.joint_check.items if bundle.joint_check else ()) - inside):
        yield Invalid("bundle-joint-outside", N_("联合核查里的“{item}”不在这件事里。"), item=code)


def _compiles(bundle: Bundle, items: Mapping[str, Item], names: Names) -> Iterator[Failure]:
    """Compile the reference case and cases that differ from it in one answer; report each failure once."""
    seen: set[str] = set()
    for answers in list(_cases(bundle))[:MAX_CASES]:
        try:
            compile_bundle(bundle, items, answers, names=names)
        except Failure as failure:
            if str(failure) not in seen:
                seen.add(str(failure))
                yield failure


def _cases(bundle: Bundle) -> Iterator[dict[str, conditions.Answer]]:
    yield dict(bundle.reference)
    for question in bundle.questions:
        if question.kind == "boolean":
            values: tuple[conditions.Answer, ...] = (True, False)
        elif question.kind == "choice":
            values = tuple(choice.value for choice in question.choices)
        else:
            values = tuple(v for v in (question.least, question.most) if v is not None)
        for value in values:
            yield {**bundle.reference, question.code: value}

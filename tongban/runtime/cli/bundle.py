"""``tongban bundle report``: what one thing takes before and after, computed from the pack. Needs no database."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel.errors import N_, Failure, NotFound
from tongban.kernel.language import translate
from tongban.runtime import environment

if TYPE_CHECKING:
    from tongban.kernel.conditions import Answer
    from tongban.runtime.city import CityPack
    from tongban.services.bundles.types import Bundle, Compiled, Names

MOST_BYTES = 64 * 1024
LONGEST_LIST = 6
WRONG_USE = 2

MEASURES = {
    "materials": N_("材料（份）"),
    "checks": N_("上门核查（次）"),
    "days": N_("时间（工作日）"),
    "visits": N_("跑动（次）"),
    "fields": N_("填写（项）"),
    "licences": N_("领证（张）"),
}
UNKNOWN = N_("城市包 {folder} 里没有一件事“{bundle}”。")
UNKNOWN_NEAR = N_("城市包 {folder} 里没有一件事“{bundle}”，是不是“{near}”？")
UNKNOWN_KNOWN = N_("城市包 {folder} 里没有一件事“{bundle}”；有：{known}。")
PACK_HAS_ERRORS = N_("注意：城市包有 {count} 个错误，数字可能不对；先运行 tongban city check。")
NO_FILE = N_("读不到答案文件 {file}：{why}。")
TOO_LARGE = N_("答案文件 {file} 太大，最多 64 KB。")
NOT_A_MAPPING = N_("答案文件 {file} 要写成“问题: 答案”，每行一个。")
BEFORE, AFTER, SAVED = N_("原来"), N_("现在"), N_("少了")
WHY, PREPARE, PATH, NOTES = N_("凭什么少"), N_("要准备的"), N_("怎么走"), N_("说明")
DAYS = N_("第 {start}–{end} 天")
SPOT = N_("第 {end} 天，当场")
LONGEST = N_("最长的一条线")
MERGED_FORM = N_("合并申请表（{count} 张并成一张）")


def add(subparsers: Any) -> None:
    """Register ``tongban bundle report``."""
    parser = subparsers.add_parser("bundle", help="one thing: what it takes before and after, and why")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    report = verbs.add_parser("report", help="compile a bundle for answers; needs no database")
    report.add_argument("code", help="the bundle, e.g. opening-a-restaurant")
    report.add_argument(
        "--answers",
        metavar="FILE",
        help="answers as YAML or JSON; - reads them from here (default: the reference case)",
    )
    report.add_argument("--city", metavar="FOLDER", help="the pack (default: TONGBAN_CITY)")
    report.add_argument("--json", action="store_true", help="machine-readable answer")
    report.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the report; 1 where answers or pack are wrong, 2 where a file can not be read."""
    from tongban.runtime.city import read_city
    from tongban.runtime.terminal import folder_of, print_json
    from tongban.services.bundles import rules

    folder, language = folder_of(arguments.city), environment.language(os.environ)
    pack, problems = read_city(folder)
    bundle = _find(pack, arguments.code, folder)
    if problems.errors:
        print(translate(PACK_HAS_ERRORS, language, count=len(problems.errors)), file=sys.stderr)
    try:
        answers, wrong = _answers(arguments.answers, bundle, language)
    except OSError as error:
        sentence = translate(NO_FILE, language, file=arguments.answers, why=error.strerror or str(error))
        print(sentence, file=sys.stderr)
        return WRONG_USE
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if wrong:
        return 1
    names = _names(pack)
    compiled = rules.compile_bundle(bundle, pack.items, answers, names=names)
    if arguments.json:  # for machines, in the pack's own language whoever asks
        print_json(as_json(bundle, compiled))
        return 0
    compiled = rules.spoken(compiled, partial(translate, language=language))
    print("\n".join(as_text(bundle, compiled, names, language)))
    return 0


def _find(pack: CityPack, code: str, folder: Path) -> Bundle:
    """Return the bundle; raise NotFound with what may be meant."""
    if code in pack.bundles:
        return pack.bundles[code]
    shown = code if len(code) <= 80 else code[:79] + "…"
    near = get_close_matches(code[:200], list(pack.bundles), n=1)
    if near:
        raise NotFound("bundle-unknown", UNKNOWN_NEAR, folder=folder, bundle=shown, near=near[0])
    if not pack.bundles:
        raise NotFound("bundle-unknown", UNKNOWN, folder=folder, bundle=shown)
    known = "、".join(sorted(pack.bundles))
    raise NotFound("bundle-unknown", UNKNOWN_KNOWN, folder=folder, bundle=shown, known=known)


def _names(pack: CityPack) -> Names:
    from tongban.services.bundles.types import Names

    return Names(
        elements=pack.elements,
        licences=pack.licences,
        departments=pack.departments,
        saving_basis=pack.city.saving_basis if pack.city else {},
    )


# ── answers ───────────────────────────────────────────────────────────────────────────────────────
def _answers(file: str | None, bundle: Bundle, language: str) -> tuple[Mapping[str, Answer], list[str]]:
    """Return the answers of a file, the reference case without one; and a sentence for all that is wrong."""
    from tongban.services.bundles import rules

    if file is None:
        return bundle.reference, []
    raw = sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else _head(Path(file))
    if len(raw) > MOST_BYTES:
        return {}, [translate(TOO_LARGE, language, file=file)]
    data, wrong = _read(raw, file, language)
    if wrong:
        return {}, wrong
    questions = {question.code: question for question in bundle.questions}
    answers = {
        name: rules.read_answer(questions[name], value)
        if isinstance(value, str) and name in questions
        else value
        for name, value in data.items()
        if value is not None
    }
    failures: Iterable[Failure] = rules.answer_problems(bundle, answers)
    return answers, [translate(one.sentence, language, **one.values) for one in failures]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _read(raw: bytes, file: str, language: str) -> tuple[dict[str, Any], list[str]]:
    """Read plain data: JSON is YAML too."""
    from tongban.foundation.packs.reading import plain, text
    from tongban.foundation.packs.types import Problems

    problems = Problems()
    decoded = text.decode(raw, file, problems)
    data = plain.read(decoded, file, problems)[0] if decoded is not None else None
    if problems.errors:
        return {}, [f"{one.place}  {one.words(language)}" for one in problems.errors]
    if data is None or isinstance(data, dict):
        return data or {}, []
    return {}, [translate(NOT_A_MAPPING, language, file=file)]


# ── what is printed ───────────────────────────────────────────────────────────────────────────────
def as_json(bundle: Bundle, compiled: Compiled) -> dict[str, Any]:
    """Return the report for machines: before, after, savings, path and the rest of what was compiled."""
    answer = compiled.model_dump(mode="json", exclude={"notes_said": True, "savings": {"__all__": {"said"}}})
    head = {key: answer.pop(key) for key in ("bundle", "before", "after", "savings", "path")}
    published = bundle.published.model_dump(mode="json") if bundle.published else None
    return {"bundle": head.pop("bundle"), "name": bundle.name, **head, **answer, "published": published}


def as_text(bundle: Bundle, compiled: Compiled, names: Names, language: str) -> list[str]:
    """Return the lines of the report for people."""
    say = partial(translate, language=language)
    title = bundle.english if language == "en" and bundle.english else bundle.name
    lines = [f"{title}  ({bundle.code})", ""]
    lines += _table(compiled, say)
    for measure, label in MEASURES.items():
        lines += _savings(compiled, measure, say(label))
    if compiled.needed:
        lines += ["", say(PREPARE)]
    for number, one in enumerate(compiled.needed, 1):
        name = translate(MERGED_FORM, language, count=one.merged) if one.merged > 1 else one.name
        lines.append(f"  {number:>2}. {name}")
    lines += ["", say(PATH), *_path(compiled, names, language)]
    if compiled.notes or bundle.about:
        about = bundle.about_english if language == "en" and bundle.about_english else bundle.about
        lines += ["", say(NOTES), *(f"  {note}" for note in (*compiled.notes, *([about] if about else [])))]
    return lines


def _table(compiled: Compiled, say: Any) -> list[str]:
    rows = [["", say(BEFORE), say(AFTER), say(SAVED)]]
    for measure, label in MEASURES.items():
        before, after = getattr(compiled.before, measure), getattr(compiled.after, measure)
        rows.append([say(label), str(before), str(after), str(before - after) if before != after else "–"])
    wide = [max(columns_of(row[column]) for row in rows) for column in range(4)]
    return [
        "  "
        + padded(row[0], wide[0])
        + "".join("   " + padded(cell, wide[i], right=True) for i, cell in enumerate(row) if i)
        for row in rows
    ]


def _savings(compiled: Compiled, measure: str, label: str) -> list[str]:
    """Return why a measure fell: one line a reason, with the law and what it takes off."""
    ones = sorted(
        (one for one in compiled.savings if one.measure == measure),
        key=lambda one: (one.kind, one.reason, one.law),
    )
    lines = ["", label] if ones else []
    for (_, reason, law), group in groupby(ones, key=lambda one: (one.kind, one.reason, one.law)):
        members = list(group)
        what = [one.what for one in members]
        listed = "、".join(what[:LONGEST_LIST]) + ("…" if len(what) > LONGEST_LIST else "")
        lines.append(f"  −{sum(one.count for one in members):<3} {reason}  {law}")
        lines.append(f"       {listed}")
    return lines


def _path(compiled: Compiled, names: Names, language: str) -> Sequence[str]:
    lines = []
    for step in compiled.path:
        sentence = SPOT if step.start == step.end else DAYS
        when = translate(sentence, language, start=step.start + 1, end=step.end)
        department = names.departments.get(step.department or "")
        whose = (
            (department.english if language == "en" else department.short) if department else step.department
        )
        mark = "  ● " + translate(LONGEST, language) if step.critical else ""
        lines.append(f"  {padded(when, 16)} {step.name} · {whose}{mark}")
    return lines


def padded(text: str, wide: int, *, right: bool = False) -> str:
    """Return the text filled up with spaces to so many columns of a terminal."""
    space = " " * max(0, wide - columns_of(text))
    return space + text if right else text + space


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)

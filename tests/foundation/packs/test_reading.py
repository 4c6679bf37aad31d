"""Reading a pack: every rule of files, texts, YAML, CSV and records is shown by the smallest pack breaking it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.factories.breaking import Break, Breaks, broken
from tests.factories.city import TinyCity
from tongban.foundation.packs.reading import RULES, folder, open_folder
from tongban.foundation.packs.types import Problems
from tongban.runtime.city import read_city

breaks = Breaks()
THEMES = "codes/themes.yaml"
FOOD = "items/food.yaml"
HEAD = b"themes:\n  - {code: food, name: a, english: a, audience: '2', icon: x}\n"
TWO = HEAD + b"  - {code: sign, name: b, english: b, audience: '2', icon: x}\n"


def raw(city: TinyCity, path: str, content: bytes) -> None:
    """Give a file of the pack as bytes."""
    city.yaml.pop(path, None)
    city.csv.pop(path, None)
    city.raw[path] = content


# ── files ─────────────────────────────────────────────────────────────────────────────────────────
@breaks("missing-file")
def _(city: TinyCity) -> None:
    del city.yaml["city.yaml"]


@breaks("link-outside")
def _(city: TinyCity) -> None:
    (city.folder / "items").mkdir()
    (city.folder / "items/passwords.yaml").symlink_to("/etc/passwd")


@breaks("not-a-file")
def _(city: TinyCity) -> None:
    (city.folder / "items").mkdir()
    os.mkfifo(city.folder / "items/pipe.yaml")


@breaks("not-readable")
def _(city: TinyCity) -> None:
    (city.folder / "items").mkdir()
    (city.folder / "items/gone.yaml").symlink_to(city.folder / "items/nowhere.yaml")


@breaks("file-too-large")
def _(city: TinyCity) -> None:
    city.raw["items/large.yaml"] = b"items: []\n" + b"# comment\n" * 200_001


@breaks("unknown-file")
def _(city: TinyCity) -> None:
    city.raw["item/food.yaml"] = b"items: []\n"


@breaks("wrong-ending")
def _(city: TinyCity) -> None:
    city.raw["items/more.yml"] = b"items: []\n"


@breaks("unreadable-name")
def _(city: TinyCity) -> None:
    (city.folder / "items").mkdir()
    Path(os.fsdecode(os.fsencode(city.folder) + b"/items/\xb2\xcd.yaml")).write_bytes(b"items: []\n")


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────
@breaks("utf-16")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.decode().encode("utf-16"))


@breaks("gbk")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", "name: 餐饮服务".encode("gb18030")))


@breaks("not-utf-8")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", b"name: \xff\xfe\xfd"))


@breaks("byte-order-mark")
def _(city: TinyCity) -> None:
    raw(city, THEMES, b"\xef\xbb\xbf" + TWO)


@breaks("nul-character")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", b"name: \0"))


@breaks("control-character")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", b"name: \x08a"))


@breaks("tab")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"\n  -", b"\n\t-"))


@breaks("conflict-marker")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO + b"<<<<<<< HEAD\n=======\n>>>>>>> other\n")


@breaks("garbled")
def _(city: TinyCity) -> None:
    city.item["plain"] = "锟斤拷锟斤拷"


# ── YAML ──────────────────────────────────────────────────────────────────────────────────────────
@breaks("yaml-syntax")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO + b"  - [\n")


@breaks("full-width-punctuation")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO + "  - code：more\n    name: c\n".encode())


@breaks("yaml-anchor")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", b"name: &a a"))


@breaks("yaml-tag")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", b"name: !!python/object/apply:os.system ['true']"))


@breaks("yaml-documents")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO + b"---\nthemes: []\n")


@breaks("duplicate-key")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", b"name: a, name: b"))


@breaks("key-not-text")
def _(city: TinyCity) -> None:
    raw(city, THEMES, TWO.replace(b"name: a", b"[name]: a"))


@breaks("too-deep")
def _(city: TinyCity) -> None:
    raw(city, THEMES, b"themes: " + b"[" * 31 + b"]" * 31 + b"\n")


@breaks("empty-file")
def _(city: TinyCity) -> None:
    city.raw["items/empty.yaml"] = b"# nothing yet\n"


@breaks("date-not-existing")
def _(city: TinyCity) -> None:
    city.item["history"] = "2026-02-30"


# ── CSV ───────────────────────────────────────────────────────────────────────────────────────────
@breaks("csv-no-header")
def _(city: TinyCity) -> None:
    raw(city, "search/synonyms.csv", b"\n")


@breaks("csv-separator")
def _(city: TinyCity) -> None:
    raw(city, "search/synonyms.csv", b"word\tmeans\n\xe9\xa5\xad\t\xe9\xa5\xad\n")


@breaks("csv-column-twice")
def _(city: TinyCity) -> None:
    raw(city, "search/synonyms.csv", b"word,means,word\na,b,c\n")


@breaks("csv-cells")
def _(city: TinyCity) -> None:
    raw(city, "search/synonyms.csv", b"word,means\na,b,c\n")


@breaks("csv-quotes")
def _(city: TinyCity) -> None:
    raw(city, "search/synonyms.csv", b'word,means\na,"b" c\n')


# ── fields ────────────────────────────────────────────────────────────────────────────────────────
@breaks("missing-field")
def _(city: TinyCity) -> None:
    del city.other["plain"]


@breaks("unknown-field")
def _(city: TinyCity) -> None:
    city.other["enquiry_fone"] = "1"


@breaks("wrong-value")
def _(city: TinyCity) -> None:
    city.other["type"] = "99"


@breaks("wrong-kind")
def _(city: TinyCity) -> None:
    city.other["conditions"] = "有固定的场所"


@breaks("no-value")
def _(city: TinyCity) -> None:
    city.other["name"] = None


@breaks("empty-list")
def _(city: TinyCity) -> None:
    city.other["audience"] = []


@breaks("too-long")
def _(city: TinyCity) -> None:
    city.other["name"] = "长" * 301


@breaks("too-short")
def _(city: TinyCity) -> None:
    city.other["name"] = "  "


@breaks("out-of-range")
def _(city: TinyCity) -> None:
    city.other["promise"]["days"] = 3651


@breaks("not-a-number")
def _(city: TinyCity) -> None:
    city.other["promise"]["days"] = "十"


@breaks("not-true-or-false")
def _(city: TinyCity) -> None:
    city.other["terminal"] = "是"


@breaks("not-a-date")
def _(city: TinyCity) -> None:
    city.csv["calendar/days.csv"].append(
        {"date": "2026-02-30", "kind": "off", "name": "春节", "source": "notice-2026"}
    )


@breaks("bad-code")
def _(city: TinyCity) -> None:
    city.csv["codes/elements.csv"].append(
        {"code": "Shop_Area", "name": "面积", "english": "Area", "group": "premises", "kind": "number"}
    )


@breaks("bad-form")
def _(city: TinyCity) -> None:
    city.other["area_code"] = "3101"


@breaks("full-width")
def _(city: TinyCity) -> None:
    city.other["promise"]["days"] = "１０"


@breaks("bad-entry")
def _(city: TinyCity) -> None:
    city.head["schema"] = "tongban-city/2"


# ── records ───────────────────────────────────────────────────────────────────────────────────────
@breaks("not-a-list")
def _(city: TinyCity) -> None:
    city.yaml["items/sign.yaml"] = city.yaml["items/sign.yaml"]["items"]


@breaks("duplicate-code")
def _(city: TinyCity) -> None:
    city.yaml["items/sign.yaml"]["items"].append(
        dict(city.yaml["items/sign.yaml"]["items"][0], name="另一个")
    )


@breaks("unknown-reference")
def _(city: TinyCity) -> None:
    city.other["department"] = "markt"


ELSEWHERE = {"no-folder", "not-a-folder", "empty-folder", "pack-too-large", "too-many-files"}


@pytest.mark.parametrize("one", breaks.parameters)
def test_rule(one: Break, tmp_path: Path) -> None:
    broken(one, tmp_path)


def test_every_rule_is_shown() -> None:
    assert breaks.missing(RULES) == ELSEWHERE


# ── folders ───────────────────────────────────────────────────────────────────────────────────────
def test_a_missing_folder(tmp_path: Path) -> None:
    _, problems = read_city(tmp_path / "nowhere")
    assert problems.codes() == ("no-folder",)


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text("a: 1\n")
    _, problems = read_city(tmp_path / "city.yaml")
    assert problems.codes() == ("not-a-folder",)


def test_an_empty_folder(tmp_path: Path) -> None:
    _, problems = read_city(tmp_path)
    assert problems.codes() == ("empty-folder",)


def test_a_pack_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_PACK", 100)
    assert TinyCity(tmp_path).problems().codes() == ("pack-too-large",)


def test_a_folder_of_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_FILES", 3)
    assert TinyCity(tmp_path).problems().codes() == ("too-many-files",)


def test_hidden_files_and_other_files_are_left_alone(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.raw |= {".git/config.yaml": b"\xff", ".hidden.yaml": b"\xff", "README.md": b"\xff", "map.png": b"\0"}
    assert not city.problems().codes()


def test_links_are_followed_nowhere_outside(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "more.yaml").write_text("items: []\n")
    pack = tmp_path / "pack"
    pack.mkdir()
    city = TinyCity(pack)
    city.write()
    (pack / "items/linked").symlink_to(outside)
    (pack / "items/circle").symlink_to(pack)
    (pack / "items/loop.yaml").symlink_to(pack / "items/loop.yaml")
    _, problems = read_city(pack)
    assert problems.codes() == ("link-outside", "link-outside", "not-readable")


def test_a_socket_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = TinyCity(tmp_path)
    city.write()
    monkeypatch.chdir(tmp_path / "items")  # the path of a socket may not be long
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.yaml")
        assert city.problems().codes() == ("not-a-file",)


def test_digests_name_every_file_that_was_read(tmp_path: Path) -> None:
    pack, _ = TinyCity(tmp_path).read()
    assert set(pack.files) == {*TinyCity(tmp_path).yaml, *TinyCity(tmp_path).csv}
    assert all(len(digest) == 64 for digest in pack.files.values())


# ── places ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("content", "place", "rule"),
    [
        ("items:\n  - code: a\n    code: b\n", "items/x.yaml:3:5", "duplicate-key"),
        ("items:\n  - code: a\n     name: b\n", "items/x.yaml:3:10", "yaml-syntax"),
        ("items:\n  - {code: a, name: 'b}\n", "items/x.yaml:3:1", "yaml-syntax"),
        ("items:\n  - name: *other\n", "items/x.yaml:2:11", "yaml-anchor"),
        ("items:\n  - plain: @home\n", "items/x.yaml:2:12", "yaml-syntax"),
        ("items:\n  - note: 注意: 冒号\n", "items/x.yaml:2:13", "yaml-syntax"),
        ("items:\n  - audience: [“1”, 2]\n    code：x\n", "items/x.yaml:3:9", "full-width-punctuation"),
        ("item: []\n", "items/x.yaml:1:1", "not-a-list"),
        ("items: {}\n", "items/x.yaml:1:8", "not-a-list"),
        ("items: []\nthemes: []\n", "items/x.yaml:2:1", "unknown-field"),
        ("items:\n  - 1\n", "items/x.yaml:2:5", "wrong-kind"),
    ],
)
def test_line_and_column(tmp_path: Path, content: str, place: str, rule: str) -> None:
    city = TinyCity(tmp_path)
    city.raw["items/x.yaml"] = content.encode()
    problems = [p for p in city.problems() if p.place.file == "items/x.yaml"]
    assert (place, rule) in [(str(problem.place), problem.rule.code) for problem in problems]


def test_all_mistakes_are_told_at_once_in_order(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    del city.other["plain"]
    city.item.update(type="1", levle="4", promise={"days": "３"})
    city.yaml["items/sign.yaml"]["items"][0] |= {"theme": ["sign"], "department": "nobody"}
    problems = list(city.problems())
    assert [problem.place for problem in problems] == sorted(problem.place for problem in problems)
    assert {p.rule.code for p in problems} == {"missing-field", "wrong-value", "unknown-field", "full-width"}
    assert len(problems) == 5


def test_a_misspelt_field_is_named(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.other["enquiry_phon"] = "1"
    (problem,) = city.problems()
    assert problem.words() == "没有“enquiry_phon”这一项。是不是“enquiry_phone”？"


def test_a_wrong_value_comes_with_the_official_names(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.other["level"] = "9"
    (problem,) = city.problems()
    assert "4 县级" in problem.words()
    assert "4 District" in problem.words("en")


def test_a_full_width_character_is_shown_with_what_was_meant(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.csv["government/districts.csv"].append(
        {"code": "31０199", "slug": "new", "name": "新区", "english": "New"}
    )
    (problem,) = city.problems()
    assert problem.rule.code == "full-width"
    assert "“０”；请改为半角“0”" in problem.words()


def test_references_to_what_could_not_be_read_are_not_held_against_anyone(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.raw["government/departments.yaml"] = b"departments: [\n"
    assert city.problems().codes() == ("yaml-syntax",)
    city.raw["government/departments.yaml"] = (
        b"departments:\n  - {code: market}\n  - {code: office}\n  - {}\n"
    )
    assert {p.place.file for p in city.problems()} == {"government/departments.yaml"}


def test_scalars_stay_what_they_were_written(tmp_path: Path) -> None:
    from tongban.foundation.packs.reading import plain

    text = "a: 01\nb: no\nc: 2026-02-28\nd: 1.5\ne: 20\nf: true\ng: ~\nh:\ni: '20'\nj: 1e3\nk: 0x10\nl: -1\nm: True\n"
    data, good = plain.read(text, "x.yaml", Problems())
    assert good
    assert data == {
        "a": "01",
        "b": "no",
        "c": "2026-02-28",
        "d": "1.5",
        "e": 20,
        "f": True,
        "g": None,
        "h": None,
        "i": "20",
        "j": "1e3",
        "k": "0x10",
        "l": "-1",
        "m": "True",
    }


def test_a_bomb_of_aliases_is_refused_before_it_grows(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    city = TinyCity(tmp_path)
    city.raw["items/bomb.yaml"] = "\n".join(lines).encode()
    assert city.problems().codes() == ("yaml-anchor",)


@pytest.mark.parametrize("character", ["[", "{", "- ", "? ", "[{a: "])
def test_nesting_without_end_neither_crashes_nor_takes_long(tmp_path: Path, character: str) -> None:
    city = TinyCity(tmp_path)
    city.raw["items/deep.yaml"] = character.encode() * 300_000
    told = [p.rule.code for p in city.problems() if p.place.file == "items/deep.yaml"]
    assert len(told) == 1
    assert told[0] in ("too-deep", "yaml-syntax", "key-not-text")


@pytest.mark.slow
def test_problems_have_an_end(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    city.raw["codes/themes.yaml"] = b"themes:\n" + b"  - {}\n" * 5000
    problems = city.problems()
    assert len(problems) == 2000
    assert problems.left_out > 1000


def test_a_folder_is_read_once(tmp_path: Path) -> None:
    problems = Problems()
    opened = open_folder(TinyCity(tmp_path).write(), problems)
    assert opened is not None
    assert list(opened.matching("items/*.yaml")) == ["items/food.yaml", "items/sign.yaml"]

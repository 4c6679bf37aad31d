from __future__ import annotations

from pathlib import Path

from tongban.kernel.language import read_translations, translate


def test_chinese_is_the_key_itself() -> None:
    assert translate("已停止。", "zh") == "已停止。"


def test_english_comes_from_the_po_files() -> None:
    assert translate("已停止。", "en") == "Stopped."


def test_unknown_sentence_stays_as_it_is() -> None:
    assert translate("没有人翻译过这一句", "en") == "没有人翻译过这一句"
    assert translate("已停止。", "fr") == "已停止。"


def test_places_are_filled_only_when_values_are_given() -> None:
    assert (
        translate("端口 {wanted} 已被占用，改用 {port}。", "en", wanted=1, port=2)
        == "Port 1 is taken; using 2."
    )
    assert "{wanted}" in translate("端口 {wanted} 已被占用，改用 {port}。", "zh")


def test_plural_is_chosen_by_count(tmp_path: Path) -> None:
    (tmp_path / "x.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "{count} 项"\nmsgid_plural "{count} 项"\nmsgstr[0] "{count} item"\nmsgstr[1] "{count} items"\n\n'
        '#, fuzzy\nmsgid "旧的"\nmsgstr "old"\n\nmsgid "空的"\nmsgstr ""\n',
        encoding="utf-8",
    )
    assert read_translations(tmp_path / "x.po") == {"{count} 项": ("{count} item", "{count} items")}


def test_one_is_one_however_it_is_written() -> None:
    for count, said in (
        (1, "<b>1</b> time"),
        ("1", "<b>1</b> time"),
        (2, "<b>2</b> times"),
        ("1,000", "<b>1,000</b> times"),
    ):
        assert translate("<b>{count}</b> 次", "en", count=count) == said
    assert translate("<b>{count}</b> 家", "en", count=1) == "<b>1</b> reader"

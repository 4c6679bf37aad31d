"""Every sentence a person may see has an English translation, and no translation is left over."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from tests.architecture.source import PACKAGE, calls, is_chinese, modules, texts
from tongban.kernel.language import LOCALE

MARKS = {"_", "N_", "translate", "say", "rich", "spoken"}
NAME_OF_THE_LANGUAGE = "中文"  # the switch to it says it in every language
FAILURES = {"Failure", "NotFound", "NotAllowed", "Conflict", "Invalid"}


@pytest.mark.slow
def test_every_sentence_has_an_english_translation() -> None:
    known = {key for keys in translations().values() for key in keys}
    missing = [f"{where}: {text}" for text, where in sorted(sentences().items()) if text not in known]
    assert not missing, f"{len(missing)} sentences have no English in tongban/locale/en/*.po:\n" + "\n".join(
        missing
    )


@pytest.mark.slow
def test_no_translation_is_left_over() -> None:
    dead = [
        f"{name}: {text}" for name, keys in translations().items() for text in keys if text not in sentences()
    ]
    assert not dead, "these sentences are nowhere in the code any more:\n" + "\n".join(dead)


def test_translations_are_complete_and_keep_their_places() -> None:
    wrong = []
    for name, messages in translations().items():
        for text, message in messages.items():
            strings = message.string if isinstance(message.string, tuple | list) else [message.string]
            if message.fuzzy or not all(strings):
                wrong.append(f"{name}: not translated: {text}")
            elif any(places(one) - places(text) for one in strings):
                wrong.append(f"{name}: other places than in the Chinese: {text}")
    assert not wrong, "\n".join(wrong)


def test_one_sentence_has_one_translation() -> None:
    """The .po files are merged: two that differ would win by the order of their names."""
    seen: dict[str, object] = {}
    differing = []
    for messages in translations().values():
        for text, message in messages.items():
            if seen.setdefault(text, message.string) != message.string:
                differing.append(text)
    assert not differing, differing


@cache
def translations() -> dict[str, dict[str, Message]]:
    """Return the messages of each .po file by their Chinese sentence."""
    found: dict[str, dict[str, Message]] = {}
    for path in sorted((LOCALE / "en").glob("*.po")):
        with path.open("rb") as file:
            messages = [message for message in read_po(file) if message.id]
        found[path.name] = {m.id if isinstance(m.id, str) else m.id[0]: m for m in messages}
    return found


@cache
def sentences() -> dict[str, str]:
    """Return all Chinese sentences marked in code and templates, with the file of each."""
    found: dict[str, str] = {}
    for path, tree in modules().items():
        for name, call in calls(tree):
            argument = marked(name, call)
            if argument is not None:
                found |= {text: path for text in texts(argument) if is_chinese(text)}
    for text, path in template_sentences():
        found.setdefault(text, path)
    return found


def marked(name: str, call: ast.Call) -> ast.expr | None:
    """Return the argument that is a sentence; failures carry it after their code."""
    if name in MARKS and call.args:
        return next((one for one in call.args[:2] if any(map(is_chinese, texts(one)))), None)
    if name in FAILURES or name == "__init__":
        return next((one for one in call.args if any(map(is_chinese, texts(one)))), None)
    return None


def template_sentences() -> Iterator[tuple[str, str]]:
    for name, tree in templates().items():
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in MARKS and call.args:
                yield from ((text, name) for text in constants(call.args[0]) if is_chinese(text))


def constants(node: nodes.Node) -> Iterator[str]:
    for part in (node, *node.find_all(nodes.Const)):
        if isinstance(part, nodes.Const) and isinstance(part.value, str):
            yield part.value


@cache
def templates() -> dict[str, nodes.Template]:
    """Return all templates, read as Jinja reads them."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    return {
        path.relative_to(PACKAGE).as_posix(): environment.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.glob("channels/*/templates/**/*.*"))
    }


def places(text: str) -> set[str]:
    """Return the names of the ``{places}`` in a sentence; their formats aside."""
    try:
        return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        return set()


def test_templates_hold_no_chinese_outside_of_sentences() -> None:
    """It would stand untranslated on the English page: write ``{{ _("…") }}``."""
    wrong = [
        f"{name}:{data.lineno}: {data.data.strip()[:60]}"
        for name, tree in templates().items()
        for data in tree.find_all(nodes.TemplateData)
        if is_chinese(data.data.replace(NAME_OF_THE_LANGUAGE, ""))
    ]
    assert not wrong, "\n".join(wrong)

"""The languages people read: Chinese sentences are the keys, ``tongban/locale/LANGUAGE/*.po`` the rest.

Plain .po files, one a package, read at first use; nothing is compiled. A sentence whose English depends on
a number is written with ``msgid_plural`` and chosen by the value called ``count``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "locale"
SOURCE = "zh"
"""The language that sentences are written in."""
LANGUAGES = (SOURCE, "en")

Translation = str | tuple[str, ...]


def translate(sentence: str, language: str, **values: object) -> str:
    """Return the sentence in the language, its ``{named}`` places filled; unknown ones stay as they are."""
    found: Translation = sentence
    if language != SOURCE:
        found = catalogue(language).get(sentence, sentence)
    if isinstance(found, tuple):
        found = found[0 if str(values.get("count")) == "1" else -1]
    return found.format(**values) if values else found


@cache
def catalogue(language: str) -> dict[str, Translation]:
    """Return all translations of a language: the .po files of all packages together."""
    merged: dict[str, Translation] = {}
    for path in sorted((LOCALE / language).glob("*.po")):
        merged.update(read_translations(path))
    return merged


def read_translations(path: Path) -> dict[str, Translation]:
    """Return the translations of one .po file; those marked fuzzy or left empty are not there."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        messages = read_po(file)
    found: dict[str, Translation] = {}
    for message in messages:
        if not message.id or message.fuzzy:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        text = message.string if isinstance(message.string, str) else tuple(message.string or ())
        if text and all(text):
            found[key] = text
    return found

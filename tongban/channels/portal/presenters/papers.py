"""Why a paper need not be brought, and what was obtained for it, in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from tongban.channels.ui.environment import local, rich, say
from tongban.foundation.government.types import Department
from tongban.services.catalogue.types import DataElement, Item
from tongban.services.exemptions import queries as exemptions


def english(
    departments: Iterable[Department], elements: Iterable[DataElement], items: Iterable[Item]
) -> dict[str, str]:
    """Return what is called how in English, by its Chinese name: a reason that was kept has no codes."""
    found = {one.name: one.english for one in elements}
    found |= {one.name: one.english for one in departments if one.english}
    return found | {one.name: one.english for one in items if one.english}


def reason(language: str, names: Mapping[str, str], text: str) -> str | Markup:
    """Return a reason as it was kept, in the language: names without an English one stay, marked as Chinese."""
    found = exemptions.sentence_of(text) if language != "zh" else None
    if found is None:
        return local(language, text)
    sentence, values = found
    return rich(
        language, sentence, **{place: listed(language, names, said) for place, said in values.items()}
    )


def listed(language: str, names: Mapping[str, str], text: str) -> str | Markup:
    """Return names that were kept as one text, each in the language; a name with a comma of its own stays whole."""
    if text in names or not names.keys() & set(text.split("、")):
        return local(language, text, names.get(text))
    return escape(say(language, "、")).join(local(language, one, names.get(one)) for one in text.split("、"))

"""Jinja2: one environment a language, so that templates and their macros simply say ``_("…")``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

from tongban.channels.ui import assets, icons
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.language import translate

PACKAGES = ("ui", "portal", "desk", "datadesk", "openapi")


@cache
def speaking(language: str) -> Environment:
    """Return the environment whose templates speak this language (``zh`` or ``en``)."""
    return environment(language=language)


def environment(language: str = "zh", **options: Any) -> Environment:
    """Return a new environment; Django's template engine calls this with its own options."""
    options.setdefault("loader", loader())
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    options.pop("autoescape", None)
    made = Environment(autoescape=True, **options)
    made.globals.update(
        _=partial(say, language),
        rich=partial(rich, language),
        local=partial(local, language),
        asset=assets.address,
        icon=icons.icon,
        bar=icons.bar,
        language=language,
        link=Linker("" if language == "zh" else f"/{language}"),
    )
    made.filters.update(
        number=number,
        hour=hour,
        shanghai=shanghai,
        day=partial(day, language),
        local=partial(local, language),
        mixed=partial(mixed, language),
    )
    # The components are the same for all readers of a language, so they are made once.
    made.globals["ui"] = made.get_template("ui/macros.html").module
    return made


def loader() -> PrefixLoader:
    """Return the loader: ``ui/base.html`` lies in channels/ui/templates/ui, and so on."""
    return PrefixLoader(
        {name: PackageLoader(f"tongban.channels.{name}", f"templates/{name}") for name in PACKAGES}
    )


class Linker:
    """Addresses in the reader's language: ``link("/items")`` is ``/en/items`` for English."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __call__(self, path: str) -> str:
        """Return the address of a page of ours in this language."""
        return self.prefix + path if self.prefix == "" or path != "/" else f"{self.prefix}/"


def say(language: str, sentence: str, **values: object) -> str:
    """Return the sentence in this language with its places filled."""
    return translate(sentence, language, **values)


def rich(language: str, sentence: str, **values: object) -> Markup:
    """Return the sentence, whose own tags are ours, with its places filled and escaped."""
    safe = {name: value if isinstance(value, int) else escape(value) for name, value in values.items()}
    return Markup(translate(sentence, language, **safe))  # noqa: S704 - the sentence is ours, values are escaped


def local(language: str, chinese: str | None, english: str | None = None) -> str | Markup:
    """Return what the pack says in this language; Chinese on an English page is marked as Chinese."""
    if language == "zh" or not chinese:
        return chinese or ""
    return english or Markup('<span lang="zh-CN">{}</span>').format(chinese)


def mixed(language: str, text: str) -> str | Markup:
    """Return a sentence that quotes the pack; on an English page its Chinese parts are marked as Chinese."""
    if language == "zh":
        return text
    return Markup(_CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


_CHINESE = re.compile(r"[《（“]?[\u3400-\u9fff][\u3000-\u303f\u3400-\u9fff\uff00-\uffef0-9“”·]*")


def number(value: int | float) -> str:
    """Return a figure with its thousands set apart."""
    return f"{value:,}"


def day(language: str, value: date | datetime) -> str:
    """Return a date as one reads it: 2026 年 3 月 1 日, 1 March 2026. A moment's day is the city's."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(SHANGHAI)
    if language == "zh":
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def shanghai(value: datetime) -> str:
    """Return a moment as a list of acts says it, in the city's time: 11-18 14:06."""
    return f"{value.astimezone(SHANGHAI):%m-%d %H:%M}"


def hour(value: datetime, pattern: str = "%H:%M") -> str:
    """Return the time of day of a moment, by the city's clock."""
    return value.astimezone(SHANGHAI).strftime(pattern)


_MONTHS = ("January February March April May June July August September October November December").split()
Filter = Callable[..., str]

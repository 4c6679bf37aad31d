"""Elements of SVG, and how wide a text is without a browser to ask."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from markupsafe import Markup, escape

Point = tuple[float, float]
NARROW = 0.56  # of the type's size: the mean of Latin letters and digits in the fonts of the design
CAPITAL = 0.68


def element(name: str, content: str = "", **attributes: object) -> Markup:
    """Return an element; ``class_`` is written ``class``, other underscores become hyphens."""
    written = "".join(
        f' {_name(key)}="{number(value) if isinstance(value, float | int) else escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{escape(content)}</{name}>" if content else f"<{name}{written}/>")  # noqa: S704


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def number(value: object) -> object:
    """Return a length without a tail of decimals."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def join(parts: Iterable[str]) -> Markup:
    """Return the parts one after another; they are marked up already."""
    return Markup("").join(parts)


@lru_cache(maxsize=8192)
def width(text: str, size: float) -> float:
    """Return about how wide a text is: a Chinese character is one em, a letter or digit about half."""
    return size * sum(_em(character) for character in text)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return CAPITAL if character.isupper() else NARROW


def fit(text: str, room: float, size: float) -> str:
    """Return the text, cut with an ellipsis where it is wider than the room; nothing where no letter fits."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(kept, size) + size > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if kept else ""


def wrap(text: str, room: float, size: float, most: int) -> list[str]:
    """Return the text in at most so many lines, about equally long; words stay whole where they fit."""
    lines = _filled(text, room, size)
    if len(lines) > most:
        lines[most - 1 :] = ["".join(lines[most - 1 :])]
    elif len(lines) > 1:
        lines = _even(text, room, size, len(lines))
    return [fit(line.strip(), room, size) for line in lines]


def _filled(text: str, room: float, size: float) -> list[str]:
    lines: list[str] = []
    for piece in _pieces(text):
        if lines and width((lines[-1] + piece).rstrip(), size) <= room:
            lines[-1] += piece
        elif piece.strip():
            lines.append(piece.lstrip())
    return lines


def _even(text: str, room: float, size: float, count: int) -> list[str]:
    """Fill the same number of lines with the least room that holds the text."""
    narrow = width(text, size) / count
    while narrow < room:
        lines = _filled(text, narrow, size)
        if len(lines) == count:
            return lines
        narrow += size / 2
    return _filled(text, room, size)


def _pieces(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            if word:
                yield word
            word = ""
            yield character
        else:
            word += character
            if character in " -/":
                yield word
                word = ""
    if word:
        yield word


def text(content: str, x: float, y: float, class_: str, anchor: str | None = None) -> Markup:
    """Return a line of text with its baseline at y."""
    return element("text", content, x=x, y=y, class_=class_, text_anchor=anchor) if content else Markup("")


def block(x: float, y: float, wide: float, high: float, class_: str, radius: float = 8) -> Markup:
    """Return a block with round corners."""
    return element(
        "rect", x=x, y=y, width=wide, height=high, rx=min(radius, wide / 2, high / 2), class_=class_
    )


def line(points: Iterable[Point], class_: str) -> Markup:
    """Return a line through the points, its corners rounded by the style."""
    path = " ".join(f"{number(float(x))},{number(float(y))}" for x, y in points)
    return element("polyline", points=path, class_=class_)


def picture(
    parts: Iterable[str], wide: float, high: float, class_: str, name: str, title: str, description: str = ""
) -> Markup:
    """Return the whole drawing with its name and, in words, what it shows."""
    told = [element("title", title, id=f"{name}-title")]
    if description:
        told.append(element("desc", description, id=f"{name}-desc"))
    drawn = join([*told, *parts])
    return element(
        "svg",
        drawn,
        class_=class_,
        viewBox=f"0 0 {number(float(wide))} {number(float(high))}",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc" if description else None,
    )

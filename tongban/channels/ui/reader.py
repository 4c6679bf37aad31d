"""The reader of a page: language, way of looking, district. Read from the address and two cookies.

Nothing here identifies anybody. Both cookies hold a choice among few, so pages can be kept for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

VIEW_COOKIE = "tb_view"
DISTRICT_COOKIE = "tb_district"
LANGUAGES = {"zh": "zh-CN", "en": "en"}
ABROAD = re.compile(r"^/([a-z]{2})(-[A-Za-z]{2,4})?(/|$)")


@dataclass(frozen=True, slots=True)
class View:
    """How a reader wants pages to look; the cookie is its words joined by dots, e.g. ``large.dark``."""

    large: bool = False
    contrast: bool = False
    theme: str = ""

    @classmethod
    def read(cls, cookie: str) -> View:
        """Return the view a cookie asks for; unknown words are passed over."""
        words = cookie.split(".") if len(cookie) < 40 else []
        theme = next((word for word in words if word in ("dark", "light")), "")
        return cls("large" in words, "contrast" in words, theme)

    def written(self) -> str:
        """Return the cookie that asks for this view."""
        words = [self.large and "large", self.contrast and "contrast", self.theme]
        return ".".join(word for word in words if word)

    def changed(self, choice: str) -> View | None:
        """Return this view after a choice (``large``, ``normal``, ``dark`` …), None if there is no such choice."""
        changes: dict[str, dict[str, object]] = {
            "large": {"large": True},
            "normal": {"large": False},
            "contrast": {"contrast": True},
            "plain": {"contrast": False},
            "dark": {"theme": "dark"},
            "light": {"theme": "light"},
            "auto": {"theme": ""},
        }
        return replace(self, **changes[choice]) if choice in changes else None  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: language, the page's address without language, its query, the view, the district's code."""

    language: str = "zh"
    path: str = "/"
    query: str = ""
    view: View = View()
    district: str = ""

    @property
    def prefix(self) -> str:
        """Return what stands before every address in this language."""
        return "" if self.language == "zh" else f"/{self.language}"

    @property
    def here(self) -> str:
        """Return the address of this page as asked for, with language and query."""
        return f"{self.prefix}{self.path}{'?' + self.query if self.query else ''}"


def read(path: str, query: str, cookies: Mapping[str, str]) -> Reader:
    """Return the reader of this request; ``path`` still carries the language."""
    language, path = split_language(path)
    district = cookies.get(DISTRICT_COOKIE, "")
    district = district if re.fullmatch(r"[0-9]{6}", district) else ""
    return Reader(language, path, query, View.read(cookies.get(VIEW_COOKIE, "")), district)


def split_language(path: str) -> tuple[str, str]:
    """Return the language an address names and the address without it."""
    if path == "/en" or path.startswith("/en/"):
        return "en", path[3:] or "/"
    return "zh", path


def is_safe_way_back(address: str) -> bool:
    """Return whether an address stays on this site: a plain path, never another host (no open redirect)."""
    clean = not re.search(r"[\x00-\x20\\\x7f]", address)
    return clean and len(address) <= 2000 and address.startswith("/") and not address.startswith("//")

"""What a crawler sees of a page: its links, and its forms with every field and button."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """A form: where it goes, how, and what it sends when nothing is typed."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @property
    def shape(self) -> tuple[str, ...]:
        """Return what makes it another form than one seen before: its names."""
        return (*sorted(self.fields), *self.files)


class Page(HTMLParser):
    """The links and forms of a page of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._named: dict[str, Form] = {}
        self._choosing = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Take note of a link, a form, a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
            self._named[given.get("id", "")] = self._form
        elif tag in ("input", "textarea", "select", "button"):
            self._field(tag, given)
        elif tag == "option" and self._choosing and self._form:
            self._form.fields[self._choosing].append(given.get("value", ""))

    def _field(self, tag: str, given: dict[str, str]) -> None:
        form = self._named.get(given["form"]) if "form" in given else self._form
        name = given.get("name", "")
        self._choosing = name if tag == "select" else ""
        if form is None or not name:
            return
        if given.get("type") == "file":
            form.files.append(name)
        else:
            form.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._form = None

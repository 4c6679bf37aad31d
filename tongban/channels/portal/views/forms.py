"""What was typed into a form of ours, and what is wrong with it: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.http import HttpRequest

from tongban.channels.ui.pages import reader_of
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate

LONGEST = 500


@dataclass
class Form:
    """A form as it was sent: values by field, and sentences by field (``""`` for the whole)."""

    language: str
    values: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return what was typed into a field, without spaces around it."""
        return self.values.get(name, "").strip()

    def say(self, name: str, sentence: str, **values: object) -> None:
        """Say what is wrong with a field."""
        self.wrong[name] = translate(sentence, self.language, **values)

    @property
    def fine(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.wrong

    @contextmanager
    def tells(self, where: dict[str, str] | None = None, otherwise: str = "") -> Iterator[None]:
        """Put a failure's sentence beside its field: by the failure's code, or by how the code begins."""
        try:
            yield
        except Failure as failure:
            fields = where or {}
            name = next((fields[key] for key in fields if failure.code.startswith(key)), otherwise)
            self.wrong[name] = translate(failure.sentence, self.language, **failure.values)


def read(request: HttpRequest, *, longest: int | None = LONGEST) -> Form:
    """Return the form that was sent; an empty one for a page that is only opened.

    A value is cut to ``longest``; None where the domain says itself what is too long. A line's end counts once, as in a browser.
    """
    form = Form(reader_of(request).language)
    if request.method == "POST":
        for name in request.POST:
            form.values[name] = request.POST[name].replace("\r\n", "\n").replace("\x00", "")[:longest]
    return form

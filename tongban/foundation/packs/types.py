"""The words of reading a city pack: a rule, the place where it was broken, the problem a person reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from tongban.kernel.errors import N_
from tongban.kernel.language import SOURCE, translate
from tongban.kernel.width import find_full_width


class Severity(StrEnum):
    """An error keeps a pack from being loaded; a warning is only shown; a note says what is as it may be."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a table of rules.

    ``sentence`` is the message catalogue's key, Chinese with ``{named}`` places; ``law`` is the name and
    article behind it, where there is one; ``why`` is for the reference of the rules.
    """

    code: str
    sentence: str
    why: str
    law: str = ""
    severity: Severity = Severity.ERROR


def table(*rules: Rule) -> dict[str, Rule]:
    """Return the rules by their codes; raises ValueError when two have the same."""
    found: dict[str, Rule] = {}
    for rule in rules:
        if rule.code in found:
            raise ValueError(f"two rules are called {rule.code}")
        found[rule.code] = rule
    return found


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written: a path inside the pack, line and column from 1; 0 is the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Official:
    """A value of a code list with its official names, shown in the reader's language."""

    value: str
    name: str = ""
    english: str = ""

    def words(self, language: str) -> str:
        """Return the value and its name, e.g. ``01 行政许可``."""
        name = self.name if language == SOURCE else self.english or self.name
        return f"{self.value} {name}".strip()


@dataclass(frozen=True, slots=True)
class Term:
    """A field's name and, for readers of Chinese, its official term: ``promise（承诺办结时限）``."""

    name: str
    term: str = ""

    def words(self, language: str) -> str:
        """Return the name, with the term for readers of Chinese."""
        return f"{self.name}（{self.term}）" if self.term and language == SOURCE else self.name


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value that is itself a sentence of the message catalogue: translated before it fills its place."""

    sentence: str
    values: tuple[tuple[str, object], ...] = ()

    def words(self, language: str) -> str:
        """Return the sentence in a language, its places filled."""
        return translate(
            self.sentence, language, **{name: _words(value, language) for name, value in self.values}
        )


@dataclass(frozen=True, slots=True)
class Noun(Phrase):
    """A noun of the interface inside of a sentence, where English writes it small."""

    def words(self, language: str) -> str:
        """Return the noun in a language."""
        found = Phrase.words(self, language)
        return found[:1].lower() + found[1:]


DID_YOU_MEAN = N_("是不是“{near}”？")


def did_you_mean(written: str, known: Iterable[str]) -> Phrase | str:
    """Return the hint that names what is nearest to a misspelt word, or nothing."""
    plain = unicodedata.normalize("NFKC", written[:100]).lower()
    near = get_close_matches(plain, list(known), n=1, cutoff=0.65)
    return Phrase(DID_YOU_MEAN, (("near", near[0]),)) if near else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule broken at a place. ``values`` fill the places of the rule's sentence."""

    place: Place
    rule: Rule
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Return whether it keeps the pack from being loaded."""
        return self.rule.severity is Severity.ERROR

    def words(self, language: str = SOURCE) -> str:
        """Return the sentence in a language, its places filled."""
        values = {name: _words(value, language) for name, value in self.values.items()}
        return translate(self.rule.sentence, language, **values).strip()

    def as_json(self, language: str = SOURCE) -> dict[str, object]:
        """Return the problem as plain data for machines."""
        return {
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "rule": self.rule.code,
            "severity": self.rule.severity.value,
            "sentence": self.words(language),
            "law": self.rule.law or None,
        }


def _words(value: object, language: str) -> object:
    if isinstance(value, Official | Phrase | Term):
        return value.words(language)
    if isinstance(value, tuple):
        return ("、" if language == SOURCE else ", ").join(str(_words(one, language)) for one in value)
    return value


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found wrong with one record: ``path`` leads to the field, ``values`` fill the sentence."""

    rule: str
    path: tuple[str | int, ...] = ()
    values: Mapping[str, object] | None = None


def full_width_in(value: str | None) -> dict[str, object] | None:
    """Return what is to be said of a full-width character in a number such as a telephone's, if there is one."""
    found = find_full_width(value or "")
    return {"value": value, "character": found[0], "meant": found[1]} if found else None


class Problems:
    """All problems of one reading, so that a city sees every mistake at once.

    No more than ``most`` are kept: a file of another kind given by mistake may break a rule on every line.
    """

    def __init__(self, most: int = 2000) -> None:
        self._found: set[tuple[Place, str, str]] = set()
        self._problems: list[Problem] = []
        self._most = most
        self.left_out = 0

    def add(self, rule: Rule, place: Place, **values: object) -> None:
        """Keep a problem, unless the same one is kept already."""
        key = (place, rule.code, repr(values))
        if key in self._found:
            return
        if len(self._problems) >= self._most:
            self.left_out += 1
            return
        self._found.add(key)
        self._problems.append(Problem(place, rule, values))

    def __iter__(self) -> Iterator[Problem]:
        """Yield the problems by file, line and column."""
        return iter(sorted(self._problems, key=lambda p: (p.place, p.rule.code, repr(p.values))))

    def __len__(self) -> int:
        return len(self._problems)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return those that keep the pack from being loaded."""
        return tuple(problem for problem in self if problem.is_error)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return those that are only shown."""
        return tuple(problem for problem in self if problem.rule.severity is Severity.WARNING)

    def raise_if_errors(self) -> None:
        """Raise PackRefused when there is an error."""
        from tongban.foundation.packs.errors import PackRefused

        if self.errors:
            raise PackRefused(self)

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the rules broken, in order of place."""
        return tuple(problem.rule.code for problem in self)

    def extend(self, others: Iterable[Problem]) -> None:
        """Keep others' problems too."""
        for problem in others:
            self.add(problem.rule, problem.place, **problem.values)

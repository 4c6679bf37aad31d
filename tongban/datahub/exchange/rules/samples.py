"""Rows of nobody's data: made from what the catalogue says of a resource, or given by a department and looked at. Pure.

Numbers of people and companies look right and are wrong in their last sign, so that nobody has them. The n-th person is
the same in every resource: what links two resources can be tried, too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from tongban.datahub.exchange.types import Row
from tongban.datahub.resources.types import DataField, FieldType, Resource
from tongban.kernel.law import law

ROWS = 20
MOST_ROWS = 1000
FIRST_BIRTH = dt.date(1960, 1, 1)
FIRST_DAY = dt.date(2020, 1, 1)
STEP = dt.timedelta(days=397)
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PERSON = re.compile(r"[0-9]{17}[0-9X]")
COMPANY = re.compile(r"[0-9A-Z]{18}")
PHONE = re.compile(r"1[3-9][0-9]{9}")


def made(resource: Resource) -> list[dict[str, object]]:
    """Return the rows with which the sandbox answers for a resource: each time the same."""
    return [{field.code: value(field, number) for field in resource.fields} for number in range(1, ROWS + 1)]


def value(field: DataField, number: int) -> object:
    """Return what stands in a field of the row of a number, counted from one."""
    made_by: Mapping[FieldType, Callable[[], object]] = {
        FieldType.DATE: lambda: (FIRST_DAY + number * STEP / 10).isoformat(),
        FieldType.DATETIME: lambda: f"{(FIRST_DAY + number * STEP / 10).isoformat()}T09:00:00+08:00",
        FieldType.NUMBER: lambda: number * 10,
        FieldType.BOOLEAN: lambda: number % 2 == 1,
        FieldType.CODE: lambda: str((number - 1) % 3 + 1).zfill(min(field.length or 1, 2)),
        FieldType.FILE: lambda: f"test-{number}.pdf",
    }
    make = made_by.get(field.type)
    return make() if make else _text(field, number)[: field.length or None]


def person(number: int) -> str:
    """Return the identity number of the test person of a number: as GB 11643 has it, but for its last sign."""
    born = FIRST_BIRTH + number * STEP
    first = f"310101{born:%Y%m%d}{number % 1000:03}"
    return _nobodys(first, ric.calc_check_digit(first), "0123456789")


def company(number: int) -> str:
    """Return the credit code of the test company of a number: as GB 32100 has it, but for its last sign."""
    first = f"91310000MA{number:07}"
    return _nobodys(first, uscc.calc_check_digit(first), SIGNS)


def fitting(rows: Iterable[Row], asked: Mapping[str, str]) -> list[Row]:
    """Return the rows that have what is asked for in the fields of those names."""
    return [row for row in rows if all(str(row[name]) == said for name, said in asked.items() if name in row)]


@law(
    "exchange-sandbox-no-real-data",
    basis="个人信息保护法 6",
    says="The sandbox answers with nobody's data: numbers that a person or company could have are not taken",
)
def wrong_rows(rows: Sequence[Mapping[str, str]], resource: Resource) -> list[tuple[int, str]]:
    """Return what is wrong with rows that a department gives: number of the row, counted from one, and field.

    A field has to be in the catalogue and have a value that can be kept, and no number may be one that somebody could
    really have.
    """
    return [
        (number, name)
        for number, row in enumerate(rows, 1)
        for name, said in row.items()
        if name not in resource.field_codes or not is_kept(said) or is_anybodys(said)
    ]


def is_kept(said: object) -> bool:
    """Return whether this is a text that PostgreSQL can keep; of a row that is too short a table gives none."""
    return isinstance(said, str) and "\0" not in said


def is_anybodys(said: str) -> bool:
    """Return whether a value could be somebody's number: a person's, a company's, a telephone's."""
    text = re.sub(r"[\s-]", "", said).upper()
    if PHONE.fullmatch(text):
        return True
    if PERSON.fullmatch(text) and text[-1] == ric.calc_check_digit(text[:-1]):
        return True
    try:
        return bool(COMPANY.fullmatch(text) and uscc.validate(text))
    except ValidationError:
        return False


def _text(field: DataField, number: int) -> str:
    words = f"{field.element or ''} {field.code}"
    if "credit-code" in words:
        return company(number)
    if "id-number" in words:
        return person(number)
    if "phone" in words or "mobile" in words:
        return f"100{number:08}"
    if "email" in words:
        return f"test-{number}@example.invalid"
    if words.endswith("name"):
        return f"测试{'企业' if 'company' in words else '人员'}{number:03}"
    return f"TEST{number:06}" if field.key else f"测试{field.name}{number:03}"


def _nobodys(first: str, right: str, signs: str) -> str:
    """Return a number with the first of the signs after the right one that makes it nobody's, in whatever sense."""
    start = signs.find(right) + 1
    turned = signs[start:] + signs[:start]
    return next(first + sign for sign in turned if not is_anybodys(first + sign))

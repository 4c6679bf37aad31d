"""Numbers that name people and companies: written as people write them, checked before anybody is asked."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from tongban.foundation.identity.rules.areas import name_of
from tongban.foundation.identity.types import ResidentId
from tongban.kernel.errors import N_, Invalid

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
FIRST_YEAR = 1880
RESIDENT, RESIDENT_LENGTH = re.compile(r"[0-9]{17}[0-9X]"), 18
APART = r"[\s\-‐–—]{0,3}"
DIGITS = re.compile(rf"(?:\d{APART}){{6}}")
"""What every number of a person and every code of a company has somewhere."""
TOGETHER = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}(?![0-9A-Z])")
"""A number or a code on its own, among other things."""
DATED = re.compile(
    "(?=({}))".format(
        APART.join([
            "[1-9]", *["[0-9]"] * 5, f"(?:1{APART}[89]|2{APART}0)", *["[0-9]"] * 2, f"(?:0{APART}[1-9]|1{APART}[0-2])",
            f"(?:0{APART}[1-9]|[12]{APART}[0-9]|3{APART}[01])", *["[0-9]"] * 3, "[0-9X]",
        ])
    )
)  # fmt: skip
"""A number of a person anywhere in a row of digits, also in groups: by the date in it, so that few places are looked at twice."""
PHONE = re.compile(r"1[3-9][0-9]{9}")
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


def normal(text: str) -> str:
    """Return a number without the spaces, hyphens and full-width forms that people write."""
    return re.sub(r"[\s\-‐–—]", "", unicodedata.normalize("NFKC", text)).upper()


def check_digit(first_17: str) -> str:
    """Return the last sign of a resident identity number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def check_resident_id(text: str, *, today: dt.date) -> ResidentId:
    """Return what a resident identity number says; raise Invalid with the sentence that helps (GB 11643-1999)."""
    number = normal(text)
    if re.fullmatch(r"[0-9]{15}", number):
        raise Invalid("resident-id-old", N_("15 位的老号码已经停用，请填写 18 位的公民身份号码。"))
    if not RESIDENT.fullmatch(number):
        raise Invalid("resident-id-form", N_("公民身份号码是 18 位：17 位数字，最后一位是数字或者 X。"))
    birth_on = _birth(number[6:14], today)
    area_name = name_of(number[:6], birth_on)
    if area_name is None:
        raise Invalid(
            "resident-id-area", N_("公民身份号码的前 6 位不是这个出生日期时有过的地区代码，请核对。")
        )
    if number[17] != check_digit(number[:17]):
        raise Invalid("resident-id-check", N_("公民身份号码的最后一位对不上，多半是抄错了一个数字，请核对。"))
    sex: Literal["男", "女"] = "男" if int(number[16]) % 2 else "女"
    return ResidentId(number, birth_on, sex, number[:6], area_name)


def _birth(digits: str, today: dt.date) -> dt.date:
    try:
        birth_on = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        birth_on = dt.date.min
    if not birth_on.year >= FIRST_YEAR or birth_on > today:
        raise Invalid("resident-id-birth", N_("公民身份号码里的出生日期不存在，请核对第 7 到 14 位。"))
    return birth_on


def is_resident_id(text: str, *, today: dt.date) -> bool:
    """Return whether the text is a resident identity number."""
    try:
        check_resident_id(text, today=today)
    except Invalid:
        return False
    return True


def numbers_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the numbers by which persons and companies are known that stand in some texts, as they are written officially.

    They stand alone or among others, joined by whatever. A number of a person is known by its form and its last sign alone:
    whoever answers may know areas and dates that we do not. In a longer row of digits, or in groups among other
    things, its date has to be one.
    """
    return frozenset(
        number
        for text in texts
        if len(text) >= RESIDENT_LENGTH and DIGITS.search(text)
        for number in _numbers(text)
        if _is_resident(number) or uscc.is_valid(number)
    )


def _numbers(text: str) -> Iterable[str]:
    """Return what may be a number in a text: all of it, or what stands among other things."""
    if len(text) <= 2 * RESIDENT_LENGTH and len(number := normal(text)) <= RESIDENT_LENGTH:
        return (number,)
    return _within(unicodedata.normalize("NFKC", text).upper())


def _within(text: str) -> Iterator[str]:
    """Yield what stands on its own, and what stands in a row of digits or in groups."""
    yield from TOGETHER.findall(text)
    yield from (normal(found[1]) for found in DATED.finditer(text))


def _is_resident(number: str) -> bool:
    return RESIDENT.fullmatch(number) is not None and number[17] == check_digit(number[:17])


def check_credit_code(text: str) -> str:
    """Return the 统一社会信用代码 as it is written officially; raise Invalid (GB 32100-2015)."""
    try:
        return uscc.validate(normal(text))
    except InvalidChecksum:
        raise Invalid("credit-code-check", N_("统一社会信用代码的最后一位对不上，请核对。")) from None
    except ValidationError:
        sentence = N_("统一社会信用代码是 18 位数字和大写字母，没有 I、O、S、V、Z。")
        raise Invalid("credit-code-form", sentence) from None


def is_credit_code(text: str) -> bool:
    """Return whether the text is a 统一社会信用代码."""
    return uscc.is_valid(normal(text))


def check_phone(text: str) -> str:
    """Return the eleven digits of a mobile number; raise Invalid. +86 before it is taken off."""
    number = normal(text).removeprefix("+86")
    if not PHONE.fullmatch(number):
        raise Invalid("phone-form", N_("手机号码是 11 位数字，以 1 开头。"))
    return number


def is_phone(text: str) -> bool:
    """Return whether the text is a mobile number."""
    return PHONE.fullmatch(normal(text).removeprefix("+86")) is not None


def check_mail(text: str) -> str:
    """Return the mail address in lower case; raise Invalid."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if len(address) > 200 or not MAIL.fullmatch(address):
        raise Invalid("mail-form", N_("邮箱的写法是“名字@网站”，例如 name@example.org。"))
    return address


def is_mail(text: str) -> bool:
    """Return whether the text is a mail address."""
    try:
        check_mail(text)
    except Invalid:
        return False
    return True

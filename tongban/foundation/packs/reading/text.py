"""From bytes to text: encodings, and characters that do not belong."""

from __future__ import annotations

import re

from tongban.foundation.packs.reading.rules import RULES
from tongban.foundation.packs.types import Place, Problems

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
CONFLICTS = re.compile(r"^(<{7}|>{7}|\|{7})(?= |$)|^={7}$", re.MULTILINE)
GARBLED = re.compile("锟斤|\ufffd|烫烫烫|Ã[\x80-\xbf¤-¿]")
ENOUGH_CHINESE = 0.2


def decode(raw: bytes, file: str, problems: Problems) -> str | None:
    """Return the text of a file, or None with a problem where it is not UTF-8 text."""
    if raw.startswith(UTF16_MARKS) or _looks_like_utf16(raw):
        problems.add(RULES["utf-16"], Place(file))
        return None
    if raw.startswith(UTF8_MARK):
        problems.add(RULES["byte-order-mark"], Place(file, 1, 1))
        raw = raw[len(UTF8_MARK) :]
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        _not_utf8(raw, error.start, file, problems)
        return None
    return text if _is_clean(text, file, problems) else None


def _looks_like_utf16(raw: bytes) -> bool:
    head = raw[:400]
    return len(head) > 3 and (head[1::2].count(0) > len(head) // 4 or head[::2].count(0) > len(head) // 4)


def _not_utf8(raw: bytes, start: int, file: str, problems: Problems) -> None:
    line = raw.count(b"\n", 0, start) + 1
    begin = raw.rfind(b"\n", 0, start) + 1
    place = Place(file, line, len(raw[begin:start].decode(errors="replace")) + 1)
    if _looks_like_gbk(raw):
        problems.add(RULES["gbk"], place)
    else:
        problems.add(RULES["not-utf-8"], place, byte=f"0x{raw[start]:02X}")


def _looks_like_gbk(raw: bytes) -> bool:
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    foreign = [character for character in text if ord(character) > 0x7F]
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in foreign)
    return chinese > len(foreign) * ENOUGH_CHINESE


def _is_clean(text: str, file: str, problems: Problems) -> bool:
    """Tell every character that does not belong; return whether the text can be read all the same."""
    nul = text.find("\0")
    if nul >= 0:
        problems.add(RULES["nul-character"], place_of(text, nul, file))
        return False
    control = CONTROLS.search(text)
    if control:
        shown = f"U+{ord(control.group()):04X}"
        problems.add(RULES["control-character"], place_of(text, control.start(), file), character=shown)
    conflict = CONFLICTS.search(text) if "<<<<<<<" in text or ">>>>>>>" in text else None
    if conflict:
        problems.add(
            RULES["conflict-marker"], place_of(text, conflict.start(), file), marker=conflict.group()
        )
    tab = text.find("\t") if file.endswith(".yaml") else -1
    if tab >= 0:
        problems.add(RULES["tab"], place_of(text, tab, file))
    garbled = GARBLED.search(text)
    if garbled:
        problems.add(RULES["garbled"], place_of(text, garbled.start(), file), text=garbled.group())
    return not control and not conflict and tab < 0


def place_of(text: str, index: int, file: str) -> Place:
    """Return the place of the character at ``index``."""
    return Place(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def shown(value: object, most: int = 40) -> str:
    """Return a value as it can stand in a sentence: short, on one line, without invisible characters."""
    text = "".join(c if c.isprintable() else "·" for c in str(value)[: most + 1])
    return text if len(text) <= most else text[:most] + "…"

"""What may be kept of a search that found nothing: words about a matter, never about a person. Pure."""

from __future__ import annotations

import re
import unicodedata

import rjieba

from tongban.services.catalogue.search.text import core_units, join, normalise

LONGEST = 30
"""Characters kept; whoever types more is telling a story, and stories are about people."""

_NUMBERS = re.compile(r"(?:\d[\s\-‐-―.()（）·]{0,2}){5,}")
"""Five digits in a row, however grouped: parts of identity, phone, licence, card or post numbers."""
_DIGITS_IN_WORDS = re.compile("[零〇一二三四五六七八九幺两]{5,}")
_ADDRESSED = re.compile(r"@|＠|https?:|www\.|weixin|微信号?|qq号?|[\w.]+\.(?:com|cn|net)", re.IGNORECASE)
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][a-z0-9]{4,6}")
_PLACE = re.compile(
    r"\d+(?:弄|号|室|栋|幢|单元|楼|支弄)|路\d+|[一二三四五六七八九十百]+(?:弄|号楼|室|栋|幢|单元)"
)
_NAMED = re.compile(r"(?:我叫|我是|姓名|名字|名叫|本人叫|叫做|联系人|法人代表?|户主)\s*[^\W\d_]{2,4}")
_RELATIVE = re.compile(r"[^\W\d_](?:先生|女士|小姐|师傅|阿姨)")


def worth_keeping(typed: str) -> str:
    """Return the words of a search that may be kept; empty if it looks like personal data or says nothing.

    Names are taken out; a text with a number, an address or a way to reach somebody is not kept at all.
    """
    plain = unicodedata.normalize("NFKC", typed[:400]).lower()
    looks_personal = (_NUMBERS, _DIGITS_IN_WORDS, _ADDRESSED, _PLATE, _PLACE, _NAMED, _RELATIVE)
    if any(pattern.search(plain) for pattern in looks_personal):
        return ""
    text = normalise(plain)
    if len(text) > LONGEST:
        return ""
    kept = join(core_units(" ".join(_without_names(text))))
    return kept if len(kept) >= 2 else ""


def _without_names(text: str) -> list[str]:
    """Return the words of a text but those that a dictionary takes for names of persons."""
    return [word for word, part in rjieba.tag(text) if part != "nr" and not word.isspace()]

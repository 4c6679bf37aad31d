"""Area codes in resident identity numbers of Shanghai, with those that districts and counties once had.

A number keeps the code of the place where it was given, for life: a person born in 1990 in 南汇县 still has
310225, a child of 2005 can not. python-stdnum compares a code with the year of birth at both ends and so refuses
people whose number was given years after their birth, in a district that was new by then; here only the end counts.
"""

from __future__ import annotations

import datetime as dt

DEMONSTRATION = "310199"
"""No place ever had this code: numbers that begin with it belong to nobody. Only the demonstration has them."""

PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
"""First two digits, GB/T 2260; 83 is for residents from Taiwan (港澳台居民居住证)."""

SHANGHAI: dict[str, tuple[str, int | None]] = {
    # code: (name, last year in which numbers were given there; None: to this day)
    "310000": ("上海市", None),
    "310100": ("市辖区", None),
    "310101": ("黄浦区", None),
    "310102": ("南市区", 2000),
    "310103": ("卢湾区", 2011),
    "310104": ("徐汇区", None),
    "310105": ("长宁区", None),
    "310106": ("静安区", None),
    "310107": ("普陀区", None),
    "310108": ("闸北区", 2015),
    "310109": ("虹口区", None),
    "310110": ("杨浦区", None),
    "310111": ("吴淞区", 1988),
    "310112": ("闵行区", None),
    "310113": ("宝山区", None),
    "310114": ("嘉定区", None),
    "310115": ("浦东新区", None),
    "310116": ("金山区", None),
    "310117": ("松江区", None),
    "310118": ("青浦区", None),
    "310119": ("南汇区", 2009),
    "310120": ("奉贤区", None),
    "310151": ("崇明区", None),
    "310200": ("县", 2016),
    "310221": ("上海县", 1992),
    "310222": ("嘉定县", 1992),
    "310223": ("宝山县", 1988),
    "310224": ("川沙县", 1992),
    "310225": ("南汇县", 2001),
    "310226": ("奉贤县", 2001),
    "310227": ("松江县", 1998),
    "310228": ("金山县", 1997),
    "310229": ("青浦县", 1999),
    "310230": ("崇明县", 2016),
}


def name_of(code: str, born: dt.date) -> str | None:
    """Return the place that gave a number to somebody born that day; None if no place can have.

    Of places outside Shanghai only the province is known here, and its code is returned as the name.
    """
    if code[:2] not in PROVINCES:
        return None
    if not code.startswith("31"):
        return code[:2]
    if code == DEMONSTRATION:
        return "（演示）"
    name, last = SHANGHAI.get(code, ("", 0))
    return name if last is None or born.year <= last else None

"""What licences ask of a city pack: who issues has a unified social credit code, which stands in every identifier."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.foundation.government.types import Department
from tongban.foundation.packs.reading import Entries
from tongban.foundation.packs.types import Place, Problems, Rule, Severity, table
from tongban.kernel.errors import N_
from tongban.services.bundles.types import Bundle
from tongban.services.catalogue.types import City, Item

RULES = table(
    Rule(
        "issuer-without-code",
        N_(
            "{count} 个发证机关没有统一社会信用代码（credit_code、credit_codes）：{departments}。不能签发证照。"
        ),
        "The code of the issuing body stands in the identifier of every licence; without it none can be issued.",
        law="GB/T 36904-2018",
        severity=Severity.WARNING,
    ),
    Rule(
        "issuer-with-stand-in",
        N_("{count} 个发证机关没有统一社会信用代码；演示签发时用代用码，其中的行政区划是不存在的 990000。"),
        "A demonstration issues with a well-formed stand-in that no real body can have, and says so.",
        law="GB 32100-2015",
        severity=Severity.NOTE,
    ),
)
DEPARTMENTS = "government/departments.yaml"
MOST_NAMED = 8


def check(
    city: City | None,
    departments: Entries[Department],
    items: Iterable[Item],
    bundles: Iterable[Bundle],
    problems: Problems,
) -> None:
    """Tell which bodies could not issue what they are to issue."""
    wanted = _issuers(items, bundles)
    known = departments.records
    missing = sorted(code for code in wanted if code in known and _lacks(known[code]))
    if city is None or not missing:
        return
    place = Place(DEPARTMENTS)
    if city.demonstration:
        problems.add(RULES["issuer-with-stand-in"], place, count=len(missing))
        return
    named = tuple(missing[:MOST_NAMED]) + (("…",) if len(missing) > MOST_NAMED else ())
    problems.add(RULES["issuer-without-code"], place, count=len(missing), departments=named)


def _issuers(items: Iterable[Item], bundles: Iterable[Bundle]) -> set[str]:
    found = {item.department for item in items if any(result.licence for result in item.results)}
    return found | {bundle.lead for bundle in bundles if bundle.combined_licence}


def _lacks(department: Department) -> bool:
    return not department.credit_code and not department.credit_codes

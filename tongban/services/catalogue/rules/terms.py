"""The terms of an item: limits, visits, fees, telephones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tongban.foundation.packs.types import Finding, Noun, Official, Phrase, full_width_in
from tongban.kernel.errors import N_
from tongban.services.catalogue.codes import LISTS
from tongban.services.catalogue.rules.walk import Path
from tongban.services.catalogue.types import CaseKind, Depth, Item, ItemState, Limit, TaskType, Unit, Visit

OUTSIDE_THE_LIMIT = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "评审")
AT_LEAST_TWO = 2
AT_ONCE = 1
LONGEST_BREAK = 9
"""Calendar days that a holiday with its weekends can add to a count of working days."""

THE_ITEM = N_("事项")
SITUATION = N_("情形“{name}”")
DISTRICT = N_("区 {code}")
WORKING_DAYS = N_("{days} 个工作日")
CALENDAR_DAYS = N_("{days} 个自然日")
SEPARATORS = re.compile(r"[^0-9a-z]")


def limit_findings(item: Item) -> Iterator[Finding]:
    """Yield limits that are longer than the law or the kind of case allows."""
    for what, path, limit in _promises(item):
        yield from _against_the_law(what, path, limit, item.statutory)
        if item.case_kind is CaseKind.IMMEDIATE and limit.days > AT_ONCE:
            yield Finding("immediate-over-a-day", path, {"what": what, "promise": in_words(limit)})
    for position, name in enumerate(item.special_procedures):
        if not any(word in name for word in OUTSIDE_THE_LIMIT):
            yield Finding("special-procedure-unknown", ("special_procedures", position), {"name": name})
    check = item.site_check
    if check and check.needed and check.people < AT_LEAST_TWO and item.type is TaskType.LICENCE:
        yield Finding("site-check-people", ("site_check",), {"people": check.people})


def _promises(item: Item) -> Iterator[tuple[Phrase, Path, Limit]]:
    if item.promise:
        yield Noun(THE_ITEM), ("promise",), item.promise
    for position, situation in enumerate(item.situations):
        if situation.promise:
            what = Phrase(SITUATION, (("name", situation.name),))
            yield what, ("situations", position, "promise"), situation.promise
    unit = item.promise.unit if item.promise else Unit.WORKING
    start = item.promise.start if item.promise else "受理"
    for code, variant in item.variants.items():
        if variant.promise_days is not None and variant.promise_days <= 3650:
            limit = Limit(days=variant.promise_days, unit=unit, start=start)
            yield Phrase(DISTRICT, (("code", code),)), ("variants", code, "promise_days"), limit


def _against_the_law(what: Phrase, path: Path, promise: Limit, statutory: Limit | None) -> Iterator[Finding]:
    if statutory is None or promise.start != statutory.start:
        return
    values = {"what": what, "promise": in_words(promise), "statutory": in_words(statutory)}
    if promise.days > statutory.days and not (
        promise.unit is Unit.CALENDAR and statutory.unit is Unit.WORKING
    ):
        yield Finding(
            "promise-over-statutory", path, values
        )  # so many working days last longer than calendar days
    elif (
        path[0] != "variants"
        and promise.unit is not statutory.unit
        and not _surely_within(promise, statutory)
    ):
        yield Finding("limits-in-two-units", path, values)


def _surely_within(promise: Limit, statutory: Limit) -> bool:
    """Return whether a promise in the other unit is surely no longer, whatever holidays fall into it."""
    if promise.unit is Unit.CALENDAR:
        return promise.days <= statutory.days
    weeks = -(-promise.days // 5)
    return promise.days == 0 or weeks * 7 + LONGEST_BREAK <= statutory.days


def in_words(limit: Limit) -> Phrase:
    """Return a limit in words."""
    return Phrase(WORKING_DAYS if limit.unit is Unit.WORKING else CALENDAR_DAYS, (("days", limit.days),))


def visit_findings(item: Item) -> Iterator[Finding]:
    """Yield visits without a reason, and reasons without a visit."""
    every: list[tuple[Path, tuple[Visit, ...]]] = [(("visits",), item.visits)]
    every += [(("situations", n, "visits"), s.visits) for n, s in enumerate(item.situations) if s.visits]
    if item.visits_why and not any(visits for _, visits in every):
        yield Finding("reason-without-visit", ("visits_why",))
    if item.state is ItemState.IN_USE and item.depth is Depth.FULL and not item.visits_why:
        for path, visits in every:
            yield from _without_reason(visits, path)


def _without_reason(visits: tuple[Visit, ...], path: Path) -> Iterator[Finding]:
    for position, visit in enumerate(visits):
        if not (visit.why or visit.law):
            code = visit.purpose.value
            purpose = Official(code, *LISTS["visit_purpose"].labels[code])
            yield Finding("visit-without-reason", (*path, position), {"purpose": purpose})


def fee_findings(item: Item) -> Iterator[Finding]:
    """Yield what is wrong with fees: unexplained, unpayable, or contradictory."""
    fee = item.fee
    if fee.charges and not fee.charged:
        yield Finding("charges-but-free", ("fee", "charges"))
    if item.depth is not Depth.FULL or item.state is ItemState.DRAFT:
        return
    if fee.charged and not fee.charges:
        yield Finding("charged-without-charges", ("fee",))
    if fee.charged and not fee.online_payment and item.state is ItemState.IN_USE:
        yield Finding("charged-not-payable-online", ("fee",))
    if fee.charged is None and item.state is ItemState.IN_USE:
        yield Finding("fee-unknown", ("fee",))


def phone_findings(item: Item) -> Iterator[Finding]:
    """Yield telephones that can not be dialled, and complaints that end where the enquiries do."""
    pairs: list[tuple[Phrase, Path, str | None, str | None]] = [
        (Noun(THE_ITEM), (), item.enquiry_phone, item.complaint_phone)
    ]
    for code, variant in item.variants.items():
        if variant.enquiry_phone or variant.complaint_phone:
            where = Phrase(DISTRICT, (("code", code),))
            enquiry = variant.enquiry_phone or item.enquiry_phone
            pairs.append(
                (where, ("variants", code), enquiry, variant.complaint_phone or item.complaint_phone)
            )
    for where, path, enquiry, complaint in pairs:
        for field, phone in (("enquiry_phone", enquiry), ("complaint_phone", complaint)):
            wrong = full_width_in(phone)
            if wrong:
                yield Finding("phone-full-width", (*path, field), wrong)
        if enquiry and complaint and same_phone(enquiry, complaint):
            yield Finding("same-phone", (*path, "complaint_phone"), {"where": where, "phone": complaint})


def same_phone(one: str, other: str) -> bool:
    """Return whether two telephones are the same however they are written: 021-5555 1234, (021)55551234."""
    return _digits(one) == _digits(other)


def _digits(phone: str) -> str:
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", phone).lower())
    return plain.removeprefix("0086").removeprefix("86") if len(plain) > 11 else plain

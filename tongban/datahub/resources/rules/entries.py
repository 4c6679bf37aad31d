"""What an entry of the catalogue and of the three lists has to be: the rules of the pack and of the desk. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from tongban.datahub.resources.labels import VALUES
from tongban.datahub.resources.rules.consumers import OF_DISTRICTS
from tongban.datahub.resources.types import (
    DataDuty,
    Demand,
    ItemFacts,
    Negative,
    Opening,
    Resource,
    Sharing,
    System,
)
from tongban.foundation.packs.types import Finding, Official, Rule, Severity, table
from tongban.kernel.errors import N_, Invalid

OWNERS_END = ("id-number", "credit-code")
"""How the codes of fields end that hold the number of a person or the code of a company."""
RULES = table(
    Rule(
        "data-system-member",
        N_("子系统 {subsystem} 的成员代码应当是部门代码 {department}。"),
        "In the class GOV the member is the department itself, or one district’s of its kind, so that a call says whose it is.",
    ),
    Rule(
        "data-subsystem-twice",
        N_("子系统 {subsystem} 已经是 {other} 的；一个子系统只能属于一个系统。"),
        "A caller is known by its subsystem.",
    ),
    Rule(
        "data-service-twice",
        N_("子系统 {subsystem} 里已经有服务 {service}（{other}）。"),
        "A service is found by its code within the subsystem.",
    ),
    Rule(
        "data-system-elsewhere",
        N_("系统 {system} 属于 {owner}，不属于 {department}。"),
        "Usually a department's data lies in its own system; it may lie in the data centre's.",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-field-twice",
        N_("信息项 {field} 写了两次。"),
        "Fields are named by their codes.",
    ),
    Rule(
        "data-field-unknown",
        N_("数据资源 {resource} 没有信息项 {field}。"),
        "A list speaks of fields that there are.",
    ),
    Rule(
        "data-level",
        N_("数据级别写的是 {level}，而信息项里最高的是 {highest}。"),
        "A resource is as sensitive as the most sensitive of its fields.",
        law="上海市数据条例 82",
    ),
    Rule(
        "data-no-key",
        N_("{resource} 以服务接口共享，却没有一个信息项标为查询条件（key: true）。"),
        "A service is asked for one person or thing, by something.",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-owner",
        N_("{resource} 的归属人号码（owner: true）只能有一项，而且是证件号码或者统一社会信用代码。"),
        "By it an answer is known to be about whoever applies. A name is not enough, and of two numbers nobody can tell.",
        law="个人信息保护法 8",
    ),
    Rule(
        "data-no-condition",
        N_("有条件共享要写明条件（condition）。"),
        "Who asks has to know what is asked of it.",
        law="政务数据共享条例",
    ),
    Rule(
        "data-no-basis",
        N_("{sharing}要写明依据（basis）。"),
        "Sharing is the rule; each exception stands on a law.",
        law="上海市数据条例 38",
    ),
    Rule(
        "data-personal-open",
        N_("{resource} 含个人信息，应当列入非开放类；脱敏后开放的，写明脱敏方式（opened_as）。"),
        "What names people is not opened, unless nobody can be known by it any more or they agree.",
        law="上海市数据条例 41",
    ),
    Rule(
        "data-never-not-listed",
        N_("{resource} 不予共享，却没有列入负面清单。"),
        "What a law keeps from being shared stands on the negative list, after review.",
        law="上海市数据条例 38",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-duty-of-another",
        N_("{resource} 是 {owner} 的数据；责任清单只写本部门可以共享的数据。"),
        "A department answers for its own data.",
        law="上海市数据条例 38",
    ),
    Rule(
        "data-duty-forbidden",
        N_("负面清单 {negative} 不准共享 {fields}，责任清单不能再列它。"),
        "What may not be shared can not be owed.",
        law="上海市数据条例 38",
    ),
    Rule(
        "data-demand-of-own",
        N_("{resource} 就是 {department} 自己的数据，不用提出需求。"),
        "A demand is made to another department.",
    ),
    Rule(
        "data-demand-unclear",
        N_("需求要写明要哪些信息项（fields）或者数据元（elements）。"),
        "Not more is shared than the duty of who asks makes necessary; so the demand says what.",
        law="上海市数据条例 39",
    ),
    Rule(
        "data-demand-material",
        N_("事项 {item} 没有申请材料 {material}。"),
        "A demand comes from a material that people are asked for today.",
        law="上海市数据条例 30",
    ),
    Rule(
        "data-demand-of-other-item",
        N_("事项 {item} 由 {owner} 办理，不由 {department} 办理。"),
        "A department asks for what its own items need; a demand from another's item is never answered at once, its owner answers.",
        law="上海市数据条例 39",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-demand-of-cancelled-item",
        N_("事项 {item} 已经取消，不再需要数据；还要用的，由数据提供部门答复。"),
        "Nobody handles a cancelled item any more.",
        law="上海市数据条例 39",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-demand-above-limit",
        N_("每日 {frequency} 次超过可以自动同意的上限；这项需求由数据提供部门答复。"),
        "At once is granted what one item can need in a day: what its duty says, else 10,000 calls.",
        law="上海市数据条例 39",
        severity=Severity.WARNING,
    ),
    Rule(
        "data-demand-repeated",
        N_("{department} 已经为同一事项、同一材料提出过需求 {other}。"),
        "One need is stated once; otherwise two owners answer the same question.",
        severity=Severity.WARNING,
    ),
)


def is_member_of(member: str, department: str) -> bool:
    """Return whether a member is a department, or a district's own of a kind that each district has."""
    kind = department.removeprefix(OF_DISTRICTS)
    return member == department or (department.startswith(OF_DISTRICTS) and member.endswith(f"-{kind}"))


def of_system(system: System, first: str) -> Iterator[Finding]:
    """Yield what is wrong with a system; ``first`` is the code of the first with its subsystem."""
    if system.subsystem.split("/")[1] == "GOV" and not is_member_of(system.member, system.department):
        values = {"subsystem": system.subsystem, "department": system.department}
        yield Finding("data-system-member", ("subsystem",), values)
    if first != system.code:
        yield Finding("data-subsystem-twice", ("subsystem",), {"subsystem": system.subsystem, "other": first})


def of_resource(resource: Resource) -> Iterator[Finding]:
    """Yield what is wrong with a resource in itself."""
    seen: set[str] = set()
    for position, one in enumerate(resource.fields):
        if one.code in seen:
            yield Finding("data-field-twice", ("fields", position, "code"), {"field": one.code})
        seen.add(one.code)
    highest = max(one.level for one in resource.fields)
    if resource.level != highest:
        yield at("data-level", "level", level=resource.level, highest=highest)
    if resource.format == "service" and not any(one.key for one in resource.fields):
        yield at("data-no-key", "format", resource=resource.code)
    owners = [one.code for one in resource.fields if one.owner]
    if len(owners) > 1 or not all(one.endswith(OWNERS_END) for one in owners):
        yield at("data-owner", "fields", resource=resource.code)
    if resource.sharing is Sharing.CONDITIONAL and resource.condition is None:
        yield at("data-no-condition", "sharing")
    if resource.sharing is not Sharing.UNCONDITIONAL and resource.basis is None:
        name = Official("", *VALUES["sharing"][resource.sharing.value])
        yield at("data-no-basis", "sharing", sharing=name)
    if resource.opening is not Opening.CLOSED and resource.is_personal and resource.opened_as is None:
        yield at("data-personal-open", "opening", resource=resource.code)


def of_service(resource: Resource, system: System, services: dict[tuple[str, str], str]) -> Iterator[Finding]:
    """Yield what is wrong with a resource in its system; ``services`` keeps who has which service."""
    if system.department != resource.department:
        yield at(
            "data-system-elsewhere",
            "system",
            system=system.code,
            owner=system.department,
            department=resource.department,
        )
    address = (system.subsystem, resource.service_code)
    other = services.setdefault(address, resource.code)
    if other != resource.code:
        field = "service" if resource.service else "code"
        yield at("data-service-twice", field, subsystem=address[0], service=address[1], other=other)


def check_published(resource: Resource, system: System, published: Mapping[str, str]) -> None:
    """Raise Invalid where the service that a resource names is published for another.

    ``published`` are the services of the system's subsystem, each with the code of its resource.
    """
    other = published.get(resource.service_code, resource.code)
    if other != resource.code:
        raise Invalid(
            "data-service-of-another",
            N_("子系统 {subsystem} 的服务 {service} 是为数据资源 {other} 发布的，不能同时给出 {resource}。"),
            subsystem=system.subsystem,
            service=resource.service_code,
            other=other,
            resource=resource.code,
        )


def of_duty(duty: DataDuty, resource: Resource, against: Iterable[Negative]) -> Iterator[Finding]:
    """Yield what is wrong with a duty over a resource, given the negative entries about it."""
    if duty.department != resource.department:
        yield at("data-duty-of-another", "department", resource=resource.code, owner=resource.department)
    owed = frozenset(duty.fields) or resource.field_codes
    for negative in against:
        forbidden = owed & (frozenset(negative.fields) or resource.field_codes)
        if forbidden and negative.until is None:
            names = tuple(one.name for one in resource.fields if one.code in forbidden)
            yield at("data-duty-forbidden", "fields", negative=negative.code, fields=names)


def check_items(duty: DataDuty, facts_of: Callable[[str], ItemFacts | None]) -> None:
    """Raise Invalid where a duty names an item that is not published, or not any more: its demands are granted at once."""
    for item in duty.items:
        if facts_of(item) is None:
            raise Invalid("data-duty-item", N_("事项“{item}”不在公布的事项里。"), item=item)


def of_demand(demand: Demand, resource: Resource | None) -> Iterator[Finding]:
    """Yield what is wrong with a demand for a resource, None where it names none that there is."""
    if resource is not None and resource.department == demand.department:
        yield at("data-demand-of-own", "resource", resource=resource.code, department=demand.department)
    if not demand.fields and not demand.elements:
        yield at("data-demand-unclear", "code")


def unknown_fields(fields: Iterable[str], resource: Resource) -> Iterator[Finding]:
    """Yield the fields of an entry that its resource does not have."""
    for position, field in enumerate(fields):
        if field not in resource.field_codes:
            values = {"resource": resource.code, "field": field}
            yield Finding("data-field-unknown", ("fields", position), values)


def refuse(findings: Iterable[Finding]) -> None:
    """Raise Invalid with the first finding that is an error: what no pack may say, nobody writes at a desk."""
    for finding in findings:
        rule = RULES[finding.rule]
        if rule.severity is Severity.ERROR:
            raise Invalid(
                rule.code, rule.sentence, **{name: _said(one) for name, one in (finding.values or {}).items()}
            )


def _said(value: object) -> object:
    """Return a value of a finding as a sentence says it: several one after the other, a code by its official name."""
    if isinstance(value, Official):
        return value.name or value.value
    return "、".join(map(str, value)) if isinstance(value, tuple) else value


def at(rule: str, field: str, **values: object) -> Finding:
    """Return a finding at a field of the entry."""
    return Finding(rule, (field,), values)

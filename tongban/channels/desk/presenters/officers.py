"""What the officers' pages say: duties and acts in words, what was looked for on the ledger."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.foundation.government.types import StaffMember
from tongban.foundation.ledger.types import Entry, Wanted
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Subject
from tongban.services.approvals import queries as approvals
from tongban.services.cases import queries as cases

DUTIES = {
    "accept": N_("受理"),
    "review": N_("审查"),
    "decide": N_("决定"),
    "head": N_("负责人"),
    "joint-visit": N_("联合踏勘"),
    "seal": N_("用章"),
    "unmask": N_("看完整号码"),
    "supervise": N_("督办"),
    "system-officer": N_("系统管理员"),
    "security-officer": N_("安全管理员"),
    "audit-officer": N_("审计管理员"),
    "data-officer": N_("数据专员"),
    "data-authority": N_("数据主管"),
}
FIELDS = {"number": N_("证件号码"), "name": N_("姓名"), "phone": N_("手机号码"), "mail": N_("邮箱")}
ACTS = {
    "case.read": N_("看办件"),
    "case.unmasked": N_("看完整内容"),
    "document.read": N_("看文件"),
    "document.store": N_("存文件"),
    "identity.unmasked": N_("看完整号码"),
    "identity.unmasking_reviewed": N_("复核查看"),
    "identity.ledger_read": N_("查阅账本"),
    "identity.signed_in": N_("登录"),
    "identity.signed_out": N_("退出"),
    "identity.signed_on": N_("登录其他系统"),
    "identity.signed_off": N_("退出其他系统"),
    "identity.locked_out": N_("试错太多被挡"),
    "identity.lock_out_lifted": N_("解除锁定"),
    "identity.password_set": N_("设密码"),
    "identity.second_factor_added": N_("添加第二重验证"),
    "identity.second_factor_removed": N_("删除第二重验证"),
    "identity.second_factor_reset": N_("清除第二重验证"),
    "identity.staff_account_opened": N_("开立工作人员账户"),
    "identity.staff_account_closed": N_("停用工作人员账户"),
    "identity.system_registered": N_("登记系统"),
    "identity.system_removed": N_("注销系统"),
    "identity.token_reuse": N_("令牌被重复使用"),
    "identity.officer_appointed": N_("任命三员"),
    "identity.officer_relieved": N_("免去三员"),
    "identity.absence_recorded": N_("登记离岗"),
    "identity.absence_cancelled": N_("取消离岗"),
    "identity.mandate_given": N_("给出委托"),
    "identity.mandate_accepted": N_("接受委托"),
    "identity.mandate_ended": N_("结束委托"),
    "identity.company_bound": N_("绑定单位"),
    "identity.real_name_confirmed": N_("实名核验"),
    "identity.contact_changed": N_("换手机或者邮箱"),
    "licence.issue": N_("发证"),
    "message.send": N_("发消息"),
    "seal.use": N_("用章"),
    "city.load": N_("发布城市"),
    "item.publish": N_("发布事项"),
    "bundle.publish": N_("发布一件事"),
    "identity.persona_entered": N_("进入演示人物"),
    "identity.code_sent": N_("发验证码"),
    "identity.account_opened": N_("开立个人账户"),
    "identity.account_closed": N_("停用个人账户"),
    "identity.person_registered": N_("登记个人"),
    "identity.company_registered": N_("登记单位"),
    "identity.mandate_declined": N_("谢绝委托"),
    "identity.guardian_confirmed": N_("确认监护"),
    "identity.reading_questioned": N_("本人问查看"),
    "licence.seal": N_("证照盖章"),
    "exchange.sealed": N_("交换记录入账"),
    "exchange.evidence_made": N_("出具交换存证"),
    "exchange.purged": N_("依法清除交换内容"),
    "exchange.key_registered": N_("登记密钥"),
    "exchange.key_learned": N_("得知其他节点的密钥"),
    "exchange.key_revoked": N_("吊销密钥"),
    "ledger.purged": N_("依法清除账本内容"),
    "attestation.witness_added": N_("登记账本见证方"),
    "attestation.witness_ended": N_("停用账本见证方"),
    "attestation.log_watched": N_("开始见证其他节点的账本"),
    "attestation.log_rewritten": N_("发现其他节点的账本被改写"),
    "nodes.own_ledger_rewritten": N_("见证方发现本节点的账本被改写"),
    "attestation.day_stamped": N_("账本加盖时间戳"),
}
ROUTINE = ("exchange.sealed",)
"""Acts that come every second and say nothing by themselves: looked at only when they are asked for."""
KINDS = {
    "account": N_("账户"),
    "person": N_("个人"),
    "company": N_("单位"),
    "case": N_("办件"),
    "code": N_("验证码"),
    "message": N_("消息"),
    "document": N_("文件"),
    "licence": N_("证照"),
    "staff": N_("工作人员"),
    "system": N_("系统"),
    "ledger": N_("账本"),
    "item": N_("事项"),
    "bundle": N_("一件事"),
    "seal": N_("印章"),
    "city": N_("城市"),
    "exchange": N_("数据交换"),
    "exchange-batch": N_("交换批次"),
    "exchange-content": N_("交换内容"),
    "exchange-key": N_("密钥"),
    "ledger-record": N_("账本记录"),
    "witness": N_("见证方"),
    "day": N_("账本日"),
}
METHODS = {
    "code": N_("验证码"),
    "password": N_("密码"),
    "password+totp": N_("密码和验证器"),
    "password+recovery_codes": N_("密码和恢复码"),
    "password+webauthn": N_("密码和通行密钥"),
    "webauthn": N_("通行密钥"),
    "demonstration": N_("演示人物"),
}
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": (N_("全部"), ()),
    "reading": (
        N_("看个人信息"),
        ("case.read", "case.unmasked", "document.read", "identity.unmasked", "identity.ledger_read"),
    ),
    "doors": (
        N_("登录和账户"),
        tuple(act for act in ACTS if act.startswith("identity.") and act.split(".")[1] in {
            "signed_in", "signed_out", "signed_on", "signed_off", "locked_out", "lock_out_lifted", "password_set",
            "second_factor_added", "second_factor_removed", "second_factor_reset", "staff_account_opened",
            "staff_account_closed", "token_reuse",
        }),
    ),
    "rights": (
        N_("权限和系统"),
        (
            "identity.officer_appointed", "identity.officer_relieved", "identity.absence_recorded",
            "identity.absence_cancelled", "identity.system_registered", "identity.system_removed", "city.load",
            "seal.use",
        ),
    ),
    "evidence": (
        N_("存证和清除"),
        (
            "exchange.evidence_made", "exchange.purged", "ledger.purged", "exchange.key_registered",
            "exchange.key_learned", "exchange.key_revoked", "attestation.witness_added", "attestation.witness_ended",
            "attestation.log_watched", "attestation.log_rewritten", "attestation.day_stamped",
        ),
    ),
}  # fmt: skip
"""What the audit officer may ask for at once; an empty tuple is everything."""
DAYS = 7
MOST_DAYS = 92
MSG_PERIOD = N_("起止日期要先后相接，最长 {days} 天。")
MSG_CASE = N_("没有这个编号的办件。")
MSG_WHO = N_("没有代码或者姓名是“{who}”的工作人员。")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the audit officer looks for, as typed."""

    who: str
    department: str
    case: str
    group: str
    since: dt.date
    until: dt.date
    page: int

    @property
    def said(self) -> dict[str, str]:
        """Return it for the record of the look."""
        told = {"who": self.who, "department": self.department, "case": self.case, "group": self.group}
        return {name: value for name, value in told.items() if value} | {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }


def read(given: Mapping[str, str], today: dt.date) -> Asked:
    """Return what an address asks for; days that are none become the last week."""
    until = _day(given.get("until", ""), today)
    return Asked(
        who=given.get("who", "").strip()[:80],
        department=given.get("department", "")[:80],
        case=given.get("case", "").strip()[:40],
        group=given.get("group", "") if given.get("group", "") in GROUPS else "",
        since=_day(given.get("since", ""), until - dt.timedelta(days=DAYS - 1)),
        until=until,
        page=_page(given.get("page", "")),
    )


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return otherwise


def _page(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def wanted(asked: Asked, members: Iterable[StaffMember], of_department: frozenset[str]) -> Wanted:
    """Return what to look for; raise Invalid for a period that is none, a case or a person that there is not."""
    if not 0 <= (asked.until - asked.since).days < MOST_DAYS:
        raise Invalid("ledger-period", MSG_PERIOD, days=MOST_DAYS)
    acts = GROUPS[asked.group][1]
    return Wanted(
        since=_midnight(asked.since),
        until=_midnight(asked.until + dt.timedelta(days=1)),
        acts=acts or None,
        but=() if acts else ROUTINE,
        actors=_actors(asked, members, of_department),
        subjects=_about(asked.case) if asked.case else None,
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def _actors(
    asked: Asked, members: Iterable[StaffMember], of_department: frozenset[str]
) -> tuple[tuple[str, str], ...] | None:
    if not asked.who and not asked.department:
        return None
    codes = of_department if asked.department else None
    if asked.who:
        named = frozenset(one.code for one in members if asked.who in (one.code, one.name))
        if not named:
            raise Invalid("ledger-who", MSG_WHO, who=asked.who[:40])
        codes = named if codes is None else named & codes
    return tuple(("staff", code) for code in sorted(codes or ()))


def _about(number: str) -> tuple[Subject, ...]:
    """Return what acts on a case are about: approvals record theirs on it, too."""
    id = cases.id_of(number)
    if id is None:
        raise Invalid("ledger-case", MSG_CASE)
    return (Subject("case", str(id)),)


def act_words(act: str) -> str:
    """Return an act in words for translation; one without words as it is called."""
    kind, _, name = act.partition(".")
    if act in ACTS:
        return ACTS[act]
    known: Mapping[str, str] = {}
    if kind == "case":
        known = {str(one): words for one, words in cases.ACT_NAMES.items()}
    elif kind == "approval":
        known = {str(one): words for one, words in approvals.ACT_NAMES.items()}
    return known.get(name, act)


def about(entry: Entry, numbers: Mapping[uuid.UUID, str]) -> str:
    """Return which one of its kind an act was about, without naming a person: a number, a code, an id's end."""
    subject = entry.subject
    if subject.kind == "case":
        number = str(entry.detail.get("number") or "") or numbers.get(uuid.UUID(subject.id), "")
        return cases.spaced(number) if number else "…" + subject.id[-6:]
    return "…" + subject.id[-6:] if len(subject.id) >= 32 else subject.id


def detail_words(entry: Entry) -> str:
    """Return what was said with an act, short."""
    said = entry.detail
    for name in ("purpose", "reason", "method", "system", "duty", "act"):
        if said.get(name):
            law = f"（{said['law']}）" if said.get("law") else ""
            return f"{said[name]}{law}"[:120]
    return ""

"""What departments tell in writing. Composed once, sealed, kept word for word; in Chinese, as official papers are."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from enum import StrEnum

from tongban.foundation.calendars.types import Procedure
from tongban.kernel.law import law
from tongban.services.approvals.types import Change, Fault, Lapse


class Kind(StrEnum):
    """Which paper."""

    GRANT = "grant"
    REFUSAL = "refusal"
    SILENCE = "silence"
    STOP = "stop"
    EXTENSION = "extension"
    CORRECTION = "correction"
    REVOCATION = "revocation"
    RETRACTION = "retraction"
    CANCELLING = "cancelling"


TITLES = {
    Kind.GRANT: "准予行政许可决定书",
    Kind.REFUSAL: "不予行政许可决定书",
    Kind.SILENCE: "默认准予告知书",
    Kind.STOP: "特别程序所需时间告知书",
    Kind.EXTENSION: "延长办理期限告知书",
    Kind.CORRECTION: "决定更正书",
    Kind.REVOCATION: "撤销行政许可决定书",
    Kind.RETRACTION: "撤回行政许可决定书",
    Kind.CANCELLING: "注销行政许可决定书",
}
SIGNS = {
    Kind.GRANT: "准",
    Kind.REFUSAL: "不准",
    Kind.SILENCE: "默准",
    Kind.STOP: "特",
    Kind.EXTENSION: "延",
    Kind.CORRECTION: "更",
    Kind.REVOCATION: "撤",
    Kind.RETRACTION: "回",
    Kind.CANCELLING: "销",
}
PROCEDURES = {
    Procedure.HEARING: "听证",
    Procedure.TENDER: "招标",
    Procedure.AUCTION: "拍卖",
    Procedure.INSPECTION: "检验",
    Procedure.TEST: "检测",
    Procedure.QUARANTINE: "检疫",
    Procedure.APPRAISAL: "鉴定",
    Procedure.EXPERT_REVIEW: "专家评审",
}
FAULTS = {
    Fault.ABUSE: "行政机关工作人员滥用职权、玩忽职守作出决定",
    Fault.BEYOND_POWERS: "超越法定职权作出决定",
    Fault.PROCEDURE: "违反法定程序作出决定",
    Fault.NOT_ELIGIBLE: "申请人不具备申请资格或者不符合法定条件",
    Fault.OTHER: "依法可以撤销的其他情形",
    Fault.FRAUD: "被许可人以欺骗、贿赂等不正当手段取得",
}
CHANGES = {
    Change.LAW: "行政许可所依据的法律、法规、规章修改或者废止",
    Change.FACTS: "准予行政许可所依据的客观情况发生重大变化",
}
LAPSES = {
    Lapse.EXPIRED: "有效期届满未延续",
    Lapse.DEATH: "该公民死亡或者丧失行为能力",
    Lapse.DISSOLUTION: "法人或者其他组织依法终止",
    Lapse.TAKEN_BACK: "许可已经被撤销、撤回或者吊销",
    Lapse.IMPOSSIBLE: "因不可抗力无法实施",
    Lapse.OTHER: "法律、法规规定应当注销的其他情形",
}


def day(moment: dt.date) -> str:
    """Return a day as official papers write it."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


@law("decision-in-writing", basis="行政许可法 38、39", says="Every decision is a paper of its own, dated and sealed; the "
     "text is kept with its digest")  # fmt: skip
def compose(kind: Kind, *, number: str, office: str, applicant: str, on: dt.date, body: Sequence[str]) -> str:
    """Return the whole text of a letter."""
    return "\n".join([TITLES[kind], f"文号：{number}", "", f"{applicant}：", *body, "", office, day(on)])


def number(kind: Kind, *, year: int, case_number: str, position: int, again: int) -> str:
    """Return a letter's number; ``again`` counts earlier ones of the kind."""
    end = f"-{again + 1}" if again else ""
    return f"{SIGNS[kind]}〔{year}〕{case_number}-{position:02d}号{end}"


def grant(item: str, accepted: dt.date, reasons: str) -> list[str]:
    """Return what a grant says."""
    said = [f"您申请的“{item}”，本机关于{day(accepted)}受理。经审查，符合法定条件、标准，"
            "依照《中华人民共和国行政许可法》第三十八条第一款，决定准予行政许可。"]  # fmt: skip
    return [*said, *([f"审查意见：{reasons}"] if reasons.strip() else [])]


def refusal(item: str, accepted: dt.date, reasons: str, remedies: Sequence[str]) -> list[str]:
    """Return what a refusal says: reasons and the ways of redress."""
    return [
        f"您申请的“{item}”，本机关于{day(accepted)}受理。经审查，不符合法定条件、标准，决定不予行政许可。",
        f"理由：{reasons}",
        *remedies,
        "以上依照《中华人民共和国行政许可法》第三十八条第二款。",
    ]


def silence(item: str, due: dt.date) -> list[str]:
    """Return what is said when nobody spoke in time and the item makes that consent."""
    return [f"您申请的“{item}”，本机关到{day(due)}没有作出决定。按照该事项公布的规定，视为准予。"]


def stop(
    item: str, procedure: Procedure, first: dt.date, days: int, reason: str, hearing_on: dt.date | None
) -> list[str]:
    """Return the notice of a special procedure: which, from when, how long, why."""
    said = [
        f"您申请的“{item}”依法需要{PROCEDURES[procedure]}，自{day(first)}起，预计需要 {days} 个工作日。",
        f"原因：{reason}",
        "依照《中华人民共和国行政许可法》第四十五条，所需时间不计算在办理期限内；程序结束后期限继续计算。",
    ]
    if hearing_on is not None:
        said.insert(
            1,
            f"听证于{day(hearing_on)}公开举行。申请人、利害关系人可以申请主持人回避，不承担组织听证的费用。",
        )
    return said


def extension(what: str, days: int, due: dt.date | None, reason: str, approved_by: str) -> list[str]:
    """Return why a limit is longer, by how much, until when."""
    until = f"，延长到{day(due)}" if due else ""
    return [
        f"“{what}”不能在期限内作出决定，经{approved_by}批准，延长 {days} 个工作日{until}。",
        f"理由：{reason}",
        "以上依照《中华人民共和国行政许可法》第四十二条。",
    ]


def correction(item: str, licences: Sequence[str], what: str) -> list[str]:
    """Return what was wrong in a decision's writing."""
    return [f"关于“{item}”的决定，更正如下：{what}", f"涉及的证照：{'、'.join(licences)}，另行换发。"]


def revocation(
    item: str, licences: Sequence[str], fault: Fault, reasons: str, remedies: Sequence[str]
) -> list[str]:
    """Return that and why a grant is taken back."""
    return [
        f"因{FAULTS[fault]}，依照《中华人民共和国行政许可法》第六十九条，撤销“{item}”的行政许可。",
        f"理由：{reasons}",
        f"涉及的证照：{'、'.join(licences)}。",
        *remedies,
    ]


def retraction(
    item: str,
    licences: Sequence[str],
    change: Change,
    reasons: str,
    compensation: str,
    remedies: Sequence[str],
) -> list[str]:
    """Return that and why a right grant is taken back, and how the holder is compensated."""
    return [
        f"因{CHANGES[change]}，为了公共利益的需要，依照《中华人民共和国行政许可法》第八条第二款，"
        f"撤回“{item}”的行政许可。",
        f"理由：{reasons}",
        f"补偿：{compensation}",
        f"涉及的证照：{'、'.join(licences)}，依法注销。",
        *remedies,
    ]


def cancelling(item: str, licences: Sequence[str], lapse: Lapse, reasons: str) -> list[str]:
    """Return that and why licences are struck off."""
    return [
        f"因{LAPSES[lapse]}，依照《中华人民共和国行政许可法》第七十条，注销“{item}”的行政许可。",
        f"说明：{reasons}",
        f"涉及的证照：{'、'.join(licences)}。",
    ]


def sha256(text: str) -> str:
    """Return the digest of a text as kept."""
    return hashlib.sha256(text.encode()).hexdigest()

"""What the office tells in writing. The text is composed once, sealed, and kept word for word.

Letters are written in Chinese, as official papers are; a page in English shows them beside a summary.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from tongban.kernel.law import law
from tongban.services.cases.types import Demand, Ending, Letter

TITLES = {
    Letter.ACCEPTANCE: "受理通知书",
    Letter.DEEMED: "视为受理通知书",
    Letter.NOT_NEEDED: "不受理告知书",
    Letter.NOT_ACCEPTED: "不予受理决定书",
    Letter.NOTICE: "一次性补正告知书",
    Letter.TERMINATION: "终止办理通知书",
    Letter.DEMAND: "受理后再次索要材料的通知（违规记录）",
}
ENDINGS = {
    Ending.DEATH: "申请人死亡",
    Ending.DISSOLUTION: "申请的单位依法终止",
    Ending.IMPOSSIBLE: "因不可抗力无法实施",
}


def day(moment: dt.date) -> str:
    """Return a day as official papers write it."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


@law("case-written-and-sealed", basis="行政许可法 32", says="Acceptance, refusal and notice are in writing, dated "
     "and sealed; the text is kept with its digest")  # fmt: skip
def compose(
    kind: Letter, *, number: str, office: str, applicant: str, on: dt.date, body: Sequence[str]
) -> str:
    """Return the whole text of a letter."""
    return "\n".join([TITLES[kind], f"文号：{number}", "", f"{applicant}：", *body, "", office, day(on)])


def acceptance(service: str, on: dt.date, promised: dt.date | None, statutory: dt.date | None) -> list[str]:
    """Return what an acceptance says."""
    said = [f"您提出的“{service}”申请，材料齐全、符合法定形式，依照《中华人民共和国行政许可法》第三十二条，"
            f"自{day(on)}起受理。"]  # fmt: skip
    return said + _limits(promised, statutory)


def deemed(
    service: str, on: dt.date, due: dt.date, promised: dt.date | None, statutory: dt.date | None
) -> list[str]:
    """Return what is said when nobody said anything in five days."""
    said = [f"您提出的“{service}”申请，本机关到{day(due)}没有告知需要补正的内容。依照《中华人民共和国行政许可法》"
            f"第三十二条第一款第四项，自收到申请材料之日{day(on)}起即为受理。"]  # fmt: skip
    return said + _limits(promised, statutory)


def _limits(promised: dt.date | None, statutory: dt.date | None) -> list[str]:
    said = []
    if promised:
        said.append(f"本机关承诺在{day(promised)}前办结。")
    if statutory:
        said.append(
            f"法定期限到{day(statutory)}；听证、检验、检测、鉴定、专家评审等依法需要的时间另行书面告知，不计算在内。"
        )
    return said


def refusal(service: str, reason: str, right_body: str, remedies: Sequence[str]) -> list[str]:
    """Return what a refusal to accept says: reasons, the right body, the ways of redress."""
    said = [f"您提出的“{service}”申请，本机关不予受理。", f"理由：{reason}"]
    if right_body:
        said.append(f"请向{right_body}提出申请。")
    return [*said, *remedies]


def not_needed(service: str, reason: str) -> list[str]:
    """Return what is said at once where no licence is needed."""
    return [f"您提出的“{service}”申请，依法不需要取得行政许可，即时告知您不受理。", f"理由：{reason}"]


def notice(service: str, received: dt.date, demands: Sequence[Demand]) -> list[str]:
    """Return the one notice: everything that is missing, numbered."""
    listed = [f"{number}. {demand.what}" for number, demand in enumerate(demands, start=1)]
    return [
        f"您{day(received)}提出的“{service}”申请，请补正下列全部 {len(demands)} 项内容：",
        *listed,
        "以上是需要补正的全部内容，以后不再另行要求。交齐之日即为受理之日，期限从那天起算。",
    ]


def termination(service: str, ending: Ending, reason: str) -> list[str]:
    """Return why a case ends without a decision."""
    return [f"“{service}”的申请因{ENDINGS[ending]}终止办理。", f"理由：{reason}"]


def demand(service: str, what: str, reason: str) -> list[str]:
    """Return a demand made after the one notice, which says itself that it is a breach."""
    return [
        f"“{service}”申请已经一次告知或者受理，本机关又提出需要：{what}",
        f"理由：{reason}",
        "依照《中华人民共和国行政许可法》第三十二条，这一要求已经作为违规记录送监督部门；它不影响办理期限。",
    ]


@law("case-commitment", basis="上海市优化营商环境条例 27、29", says="A commitment says what was told and what follows if it "
     "is false; the text that was shown is what is signed and kept")  # fmt: skip
def commitment(name: str, applicant: str, service: str, by_law: str, until: dt.date | None = None) -> str:
    """Return the text that is shown and signed instead of a paper (上海市优化营商环境条例 27)."""
    basis = f"（依据：{by_law}）" if by_law else ""
    if until is not None:
        return "\n".join([
            "容缺后补承诺书",
            f"申请事项：{service}",
            f"后补的材料：{name}{basis}",
            f"申请人（{applicant}）承诺：在{day(until)}前交上述材料；到期不交的，行政机关可以依法不予许可或者撤销许可。",
        ])  # fmt: skip
    return "\n".join([
        "告知承诺书",
        f"申请事项：{service}",
        f"代替的材料：{name}{basis}",
        "行政机关告知：上述材料所要证明的条件；作出不实承诺的，将责令限期整改，逾期不整改或者整改后仍不符合条件的，"
        "依法撤销许可，并记入信用记录。",
        f"申请人（{applicant}）承诺：已经知道上述全部内容；已经符合上述条件；所作承诺是真实意思，愿意承担不实承诺的责任。",
    ])  # fmt: skip


def sha256(text: str) -> str:
    """Return the digest of a text as kept."""
    return hashlib.sha256(text.encode()).hexdigest()

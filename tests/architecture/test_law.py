"""Every rule stands on a law that says so: no empty cell, each cited article exists, and says what the rule needs."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE
from tools.reference_law import Rule, problems, rules, shown_by

ROOT = Path(__file__).parents[2]
DIGITS = "零一二三四五六七八九"
ELSEWHERE = ("民法典", "行政复议法", "行政诉讼法", "政务数据共享条例", "GB/T", "docs/")
"""Sources whose text does not lie with the supplied laws."""

PHRASES = {
    "branch-days": ("行政许可法", 42, "自受理行政许可申请之日起二十日内"),
    "branch-extended-once": ("行政许可法", 42, "经本行政机关负责人批准，可以延长十日"),
    "branch-stop-in-writing": ("行政许可法", 45, "应当将所需时间书面告知申请人"),
    "branch-who-may": ("行政许可法", 26, "分别提出意见后统一办理"),
    "case-all-at-once-before": ("行政许可法", 30, "需要提交的全部材料的目录"),
    "case-commitment": ("上海市优化营商环境条例", 29, "不实承诺的法律责任一次性告知"),
    "case-correct-on-the-spot": ("行政许可法", 32, "应当允许申请人当场更正"),
    "case-days-working": ("行政许可法", 82, "以工作日计算"),
    "case-deemed-accepted": ("行政许可法", 32, "自收到申请材料之日起即为受理"),
    "case-five-days": ("行政许可法", 32, "应当当场或者在五日内一次告知"),
    "case-joint-limit": ("行政许可法", 42, "不得超过四十五日"),
    "case-later-demand": ("行政许可法", 72, "不一次告知申请人必须补正的全部内容"),
    "case-later-paper": ("上海市优化营商环境条例", 27, "以书面形式承诺"),
    "case-notice-lists-all": ("行政许可法", 31, "不得要求申请人提交与其申请的行政许可事项无关的"),
    "case-one-notice": ("上海市优化营商环境条例", 25, "一次告知"),
    "case-received-when-entered": ("电子签名法", 11, "进入该特定系统的时间"),
    "case-record-stands": (
        "国务院关于在线政务服务的若干规定",
        12,
        "应当对履行职责过程中形成的电子文件进行规范管理",
    ),
    "case-refusal-in-writing": ("行政许可法", 38, "应当说明理由，并告知申请人享有依法申请行政复议"),
    "case-register-wrong": ("个人信息保护法", 46, "有权请求个人信息处理者更正"),
    "case-submitted-once": ("上海市优化营商环境条例", 25, "收件凭证"),
    "case-supplement-accepted": ("行政许可法", 32, "提交全部补正申请材料的，应当受理"),
    "case-terminate": ("行政许可法", 70, "法人或者其他组织依法终止的"),
    "case-who-may": ("行政许可法", 29, "可以委托代理人提出行政许可申请"),
    "case-written-and-sealed": ("行政许可法", 32, "加盖本行政机关专用印章和注明日期的书面凭证"),
    "data-answer-days": ("上海市数据条例", 39, "十五个工作日内进行确认"),
    "data-answered-by-lists": ("上海市数据条例", 39, "对未列入负面清单的公共数据，可以直接共享"),
    "data-catalogue-kept": ("上海市数据条例", 28, "来源、更新频率、安全等级、共享开放属性"),
    "data-negative-acts-at-once": ("上海市数据条例", 38, "明确规定不能共享的数据"),
    "data-negative-reviewed": ("上海市数据条例", 38, "经市政府办公厅审核后，列入负面清单"),
    "data-not-collected-twice": ("上海市数据条例", 30, "不得重复收集"),
    "data-not-more-than-asked": ("上海市数据条例", 39, "不得超出依法履行职责的必要范围"),
    "data-officer-acts": ("上海市数据条例", 38, "根据履职需要，提出数据需求清单"),
    "data-purpose-bound": ("上海市数据条例", 40, "也不得用于其他任何目的"),
    "data-refusal-says-why": ("上海市数据条例", 38, "以共享为原则，不共享为例外"),
    "data-refused-by-law": ("上海市数据条例", 38, "法律、法规明确规定不能共享的数据"),
    "data-stopped-at-once": ("上海市数据条例", 39, "立即停止其获取超出必要范围的数据"),
    "data-wish-says-why": ("上海市数据条例", 39, "应当明确应用场景"),
    "decide-on-the-spot": ("行政许可法", 34, "应当当场作出书面的行政许可决定"),
    "decision-corrected": ("行政许可法", 8, "不得擅自改变已经生效的行政许可"),
    "decision-in-writing": ("行政许可法", 38, "准予行政许可的书面决定"),
    "document-erased-when-due": ("个人信息保护法", 19, "必要的最短时间"),
    "document-reading-recorded": ("个人信息保护法", 54, "合规审计"),
    "exchange-evidence": ("电子签名法", 8, "审查数据电文作为证据的真实性"),
    "exchange-granted-fields": ("个人信息保护法", 6, "应当限于实现处理目的的最小范围"),
    "exchange-kept-three-years": ("个人信息保护法", 56, "应当至少保存三年"),
    "exchange-recorded": ("个人信息保护法", 54, "合规审计"),
    "exchange-sealed": ("电子签名法", 5, "内容保持完整、未被更改"),
    "exchange-subject-hidden": ("个人信息保护法", 51, "加密、去标识化等安全技术措施"),
    "exempt-no-basis": ("优化营商环境条例", 44, "证明事项应当有法律、法规或者国务院决定依据"),
    "exempt-no-repeat": ("国务院关于在线政务服务的若干规定", 7, "不得要求行政相对人另行提供"),
    "feed-content-locked": ("个人信息保护法", 51, "加密、去标识化等安全技术措施"),
    "feed-delivery-recorded": ("个人信息保护法", 54, "合规审计"),
    "feed-file-needs-all-fields": ("上海市数据条例", 39, "不得超出依法履行职责的必要范围"),
    "feed-forgotten-when-due": ("个人信息保护法", 19, "必要的最短时间"),
    "feed-granted-fields": ("个人信息保护法", 6, "应当限于实现处理目的的最小范围"),
    "feed-needs-grant": ("上海市数据条例", 40, "不得以任何形式提供给第三方"),
    "feed-newest-data": ("上海市数据条例", 40, "最新数据"),
    "feed-stopped-with-grant": ("上海市数据条例", 39, "立即停止其获取超出必要范围的数据"),
    "first-review": ("行政许可法", 43, "二十日内审查完毕"),
    "hearing-noticed": ("行政许可法", 48, "于举行听证的七日前"),
    "joint-limit": ("行政许可法", 42, "经本级人民政府负责人批准，可以延长十五日"),
    "ledger-subjects-hidden": ("个人信息保护法", 51, "加密、去标识化等安全技术措施"),
    "licence-expires": ("行政许可法", 70, "有效期届满未延续"),
    "licence-issued-on-decision": ("行政许可法", 44, "自作出决定之日起十日内"),
    "licence-states": ("行政处罚法", 9, "吊销许可证件"),
    "licence-struck-off": ("行政许可法", 70, "依法办理有关行政许可的注销手续"),
    "message-address-masked": ("个人信息保护法", 6, "对个人权益影响最小的方式"),
    "message-code-forgotten": ("个人信息保护法", 47, "不再必要"),
    "parallel-branches": ("行政许可法", 26, "联合办理、集中办理"),
    "rating-by-applicant": ("上海市优化营商环境条例", 30, "全部政务服务事项"),
    "rating-followed-up": ("上海市优化营商环境条例", 30, "应当在一个工作日内联系核实"),
    "refusal-reasons-and-remedies": ("行政许可法", 38, "享有依法申请行政复议或者提起行政诉讼的权利"),
    "reviewed-before-decided": ("行政许可法", 34, "应当对申请人提交的申请材料进行审查"),
    "revocation": ("行政许可法", 69, "可能对公共利益造成重大损害的，不予撤销"),
    "silence-only-where-published": ("行政许可法", 50, "逾期未作决定的，视为准予延续"),
    "supervision-of-licensing": ("行政许可法", 74, "不在法定期限内作出准予行政许可决定"),
    "unmask-with-purpose": ("个人信息保护法", 34, "不得超出履行法定职责所必需的范围和限度"),
    "visit-two-people": ("行政许可法", 34, "应当指派两名以上工作人员进行核查"),
}
"""Words of the law that a rule stands on: they have to be in the article that the rule names."""
FOUND = tuple(rules())
KNOWN = {one.code: one for one in FOUND}


@cache
def laws(folder: Path) -> dict[str, dict[int, str]]:
    """Return the articles of each supplied law, by its name without the date."""
    return {re.sub(r"\(.*", "", path.stem): articles(path.read_text("utf-8")) for path in folder.glob("*.md")}


def articles(text: str) -> dict[int, str]:
    parts = re.split(r"^第([零一二三四五六七八九十百]+)条[ 　]", text, flags=re.MULTILINE)
    return {number(said): body for said, body in zip(parts[1::2], parts[2::2], strict=True)}


def number(said: str) -> int:
    """Return a Chinese number below 1000."""
    total, digit = 0, 0
    for sign in said:
        if sign in DIGITS:
            digit = DIGITS.index(sign)
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}[sign], 0
    return total + digit


def cited(basis: str) -> list[tuple[str, int]]:
    """Return law and article of each citation in a basis such as ``行政许可法 32(四)、38；民法典 13（类推）``."""
    found = []
    for part in re.sub(r"（[^）]*）", "", basis).split("；"):
        law, _, numbers = part.strip().partition(" ")
        if not law.startswith(ELSEWHERE):
            found += [(law, int(one)) for one in re.findall(r"\d+", re.sub(r"\([^)]*\)", "", numbers))]
    return found


@pytest.mark.slow
def test_no_cell_is_empty() -> None:
    assert list(problems(list(FOUND), shown_by())) == []


def test_an_empty_cell_fails() -> None:
    """The check itself is checked."""
    rule = Rule("made-up", " ", "Something", "somewhere")
    said = "\n".join(problems([rule, rule], {"nothing": ["test_x"]}))
    for wrong in ("basis is empty", "no test carries", "marked at", "no rule is marked so"):
        assert wrong in said


@pytest.mark.slow
def test_the_page_is_fresh() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "reference_law.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("said", ["一", "十", "十五", "二十", "四十二", "一百", "一百零三", "一百一十二"])
def test_numbers_are_read_as_laws_write_them(said: str) -> None:
    known = {
        "一": 1,
        "十": 10,
        "十五": 15,
        "二十": 20,
        "四十二": 42,
        "一百": 100,
        "一百零三": 103,
        "一百一十二": 112,
    }
    assert number(said) == known[said]


@pytest.mark.parametrize("rule", FOUND, ids=lambda one: one.code)
def test_the_articles_that_a_rule_names_are_there(rule: Rule, shared: Path) -> None:
    known = laws(shared / "data" / "laws")
    for law, article in cited(rule.basis):
        assert law in known, f"{law} is not among the supplied laws"
        assert article in known[law], f"{law} has no article {article}"


@pytest.mark.parametrize("code", PHRASES)
def test_the_article_says_what_the_rule_needs(code: str, shared: Path) -> None:
    law, article, phrase = PHRASES[code]
    assert (law, article) in cited(KNOWN[code].basis), f"{code} does not name {law} {article}"
    assert phrase in laws(shared / "data" / "laws")[law][article]


@pytest.mark.slow
def test_every_citation_in_the_code_names_an_article_that_there_is(shared: Path) -> None:
    known = laws(shared / "data" / "laws")
    pattern = re.compile(
        rf"(?<!\w)({'|'.join(sorted(known, key=len, reverse=True))})(?:》)?[ 第]*((?:\d+(?:\([^)]*\))?、?)+)"
    )
    wrong = [
        f"{path.relative_to(ROOT)}: {law} {article}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for law, numbers in pattern.findall(path.read_text("utf-8"))
        for article in map(int, re.findall(r"\d+", re.sub(r"\([^)]*\)", "", numbers)))
        if article not in known[law]
    ]
    assert not wrong, "\n".join(wrong)

"""The rules a bundle is held to: one row a rule."""

from __future__ import annotations

from tongban.foundation.packs.types import Rule, Severity, table
from tongban.kernel.errors import N_

LICENSING = "行政许可法"
BUSINESS = "优化营商环境条例"

RULES = table(
    Rule(
        "bundle-item-twice",
        N_("事项 {code} 写了两次，而两条可能同时适用，例如 {case}；条件要写成互不相容的。"),
        "An item may stand in a bundle several times, in different situations, if their conditions exclude each "
        "other.",
    ),
    Rule(
        "bundle-unknown-situation",
        N_("事项 {item} 没有情形“{code}”。{hint}"),
        "The situation is one of the item's own.",
    ),
    Rule(
        "bundle-needs-outside",
        N_("“{item}”要等“{needs}”，但它不在这件事里。"),
        "What must be finished first is an item of the same bundle.",
    ),
    Rule(
        "joint-check-outside",
        N_("联合核查里的“{item}”不在这件事里。"),
        "A joint check serves items of the bundle.",
    ),
    Rule(
        "bundle-circle",
        N_("这件事的事项互相等待，绕成一圈：{circle}。"),
        "What an item needs and what it uses of another's results may not lead back to itself: nothing could be "
        "begun. Held for all items together, whatever the answers.",
    ),
    Rule(
        "joint-check-dependent",
        N_("联合核查的“{later}”要等“{earlier}”办完，两家不能同时上门。"),
        "One visit can not serve an item and another that waits for its result.",
    ),
    Rule(
        "joint-check-too-long",
        N_("联合核查在 {within} 个工作日内，而“{item}”承诺 {promise} 个工作日办结；核查不能比办结还晚。"),
        "The visit comes before the decision it serves.",
        law=f"{LICENSING} 第三十四条、第四十二条",
    ),
    Rule(
        "joint-check-without-check",
        N_("“{item}”不需要现场核查，却列在联合核查里。"),
        "An item without a site check has nothing to share.",
        severity=Severity.WARNING,
    ),
    Rule(
        "bundle-promise-longer",
        N_("“{item}”单独办是 {alone} 个工作日，一件事里写了 {days} 个；不能更长。"),
        "A bundle may cut a limit, never stretch it.",
        law=f"{BUSINESS} 第三十六条",
    ),
    Rule(
        "historical-item-offered",
        N_("“{item}”是历史事项；今天的一件事不能再用它（写明 as_of 的除外）。"),
        "A bundle of today offers items of today; one that tells how it was says so in `as_of`.",
    ),
    Rule("question-twice", N_("问题 {code} 写了两次。"), "A question's code is unique within the bundle."),
    Rule(
        "question-choices",
        N_("问题“{code}”至少要有两个选项（choices）。"),
        "A choice is between two at least.",
    ),
    Rule(
        "choice-twice",
        N_("问题“{code}”的选项“{value}”写了两次。"),
        "Two choices with one value can not be told apart.",
    ),
    Rule(
        "answer-not-possible",
        N_("{field} 的答案不成立。{detail}"),
        "Defaults and reference answers are answers that the question allows.",
    ),
    Rule(
        "unknown-question",
        N_("条件用到“{name}”，但没有问这个问题。{hint}"),
        "A condition on an answer that nobody is asked for never holds.",
    ),
    Rule(
        "question-not-asked-here",
        N_("事项 {item} 的条件用到“{name}”，这件事没有问；这里当作不成立。"),
        "The item asks less in this bundle than it should; ask the question here too, or leave it so on purpose.",
        severity=Severity.WARNING,
    ),
    Rule(
        "bundle-condition-form",
        N_("条件写法有误：{detail}。"),
        "Conditions have the few forms of the reference.",
    ),
    Rule(
        "condition-value",
        N_("问题“{name}”没有“{value}”这个答案；可以是：{allowed}。"),
        "A condition on an answer that is not offered never holds.",
    ),
    Rule(
        "condition-kind",
        N_("问题“{name}”是{kind}，不能这样比较。"),
        "Numbers are compared with numbers, yes or no with true or false.",
    ),
    Rule(
        "bundle-condition-without-words",
        N_("事项 {item} 只在条件下需要，却没有用 when_words 说明什么条件。"),
        "Whoever reads the bundle sees why an item applies.",
        severity=Severity.WARNING,
    ),
    Rule(
        "unused-question",
        N_("问题“{code}”的答案没有用在任何条件里。"),
        "A question whose answer changes nothing need not be asked.",
        severity=Severity.WARNING,
    ),
    Rule(
        "fills-unasked",
        N_("问题“{code}”要填的“{element}”，这件事的事项都不问。"),
        "An answer fills in a field that an item of the bundle asks.",
    ),
    Rule(
        "fills-not-fitting",
        N_("问题“{code}”的答案“{value}”填不进“{element}”。"),
        "What an answer writes fits the kind of the data element and is among its choices.",
    ),
    Rule(
        "unknown-measure",
        N_("published 里没有“{measure}”这一项；可以写：{allowed}。"),
        "Published totals are of what is counted.",
    ),
    Rule(
        "unknown-audience",
        N_("{field} 不能是“{value}”；可以写：{allowed}。"),
        "The field takes a value of a code list.",
        law="GB/T 39046-2020 A.4",
    ),
    Rule(
        "published-differs",
        N_("公布的{when}{measure}是 {published}，按这里的事项算出来是 {computed}。"),
        "The figures on the page are computed. Where a published total differs, one of the two is to be looked "
        "at; nothing is adjusted.",
        severity=Severity.WARNING,
    ),
    Rule(
        "bundle-does-not-compile",
        N_("这件事算不出来：{detail}"),
        "The compiler refuses the reference case, or one that differs from it in one answer.",
    ),
)

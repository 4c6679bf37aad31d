"""The rules a catalogue is held to: one row a rule, with the law behind it.

Articles were read in the texts of the laws, except where the row says otherwise.
"""

from __future__ import annotations

from tongban.foundation.packs.types import Rule, Severity, table
from tongban.kernel.errors import N_

LICENSING = "行政许可法"
BUSINESS = "优化营商环境条例"
BUSINESS_SH = "上海市优化营商环境条例"
ONLINE = "国务院关于在线政务服务的若干规定"
ONE_NET_SH = "上海市人民代表大会常务委员会关于进一步促进和保障“一网通办”改革的决定"
NATIONAL = "GB/T 39046-2020"

MATERIALS = table(
    Rule(
        "material-without-basis",
        N_("材料“{name}”没有写要求依据（basis）；没有依据的材料不得要求提交。"),
        "Every material a person must bring is asked for by a law, a regulation or a rule. Only a historical "
        "item may show one that had none, marked `instead: [{by: no_legal_basis}]`.",
        law=f"{LICENSING} 第三十条、第三十一条；{BUSINESS} 第三十五条、第四十四条",
    ),
    Rule(
        "material-no-longer-asked",
        N_("材料“{name}”标为没有法律依据（no_legal_basis），在用事项不得再列它；请删去这份材料。"),
        "What has no legal basis is not asked for at all; the mark is for the account of a reform, in historical "
        "items.",
        law=f"{BUSINESS} 第三十五条、第四十四条",
    ),
    Rule(
        "vague-material",
        N_("材料“{name}”是兜底说法（“{words}”）；要写明是哪一份材料。"),
        "Nobody can bring “other materials”. A guide lists all that is asked, and nothing beyond it may be asked.",
        law=f"{BUSINESS_SH} 第二十四条；{LICENSING} 第三十条",
    ),
    Rule(
        "material-twice",
        N_("材料代码 {code} 在这个事项里写了两次。"),
        "A material's code is unique within its item.",
    ),
    Rule(
        "unknown-situation",
        N_("{field} 提到的情形“{code}”不在这个事项里。{hint}"),
        "Situations are named by their codes within the item.",
    ),
    Rule(
        "unknown-material",
        N_("{field} 提到的材料“{code}”不在这个事项里。{hint}"),
        "A district can only leave out what the city asks for.",
    ),
    Rule(
        "instead-incomplete",
        N_("免于提交的方式 {by} 要写明 {field}。"),
        "`licence_library` names the licence, `bundle_output` the item that makes the paper, `data_sharing` the "
        "data.",
    ),
    Rule("condition-form", N_("条件写法有误：{detail}。"), "Conditions have the few forms of the reference."),
    Rule(
        "condition-without-words",
        N_("材料“{name}”只在条件下需要，却没有用 when_words 说明什么条件；读指南的人看不懂。"),
        "The guide shows the condition in plain words.",
        severity=Severity.WARNING,
        law=f"{ONLINE} 第六条",
    ),
)

LIMITS = table(
    Rule(
        "promise-over-statutory",
        N_("{what}的承诺时限 {promise}，超过法定时限 {statutory}。"),
        "A promise may be shorter than the law's limit, never longer.",
        law=f"{LICENSING} 第四十二条",
    ),
    Rule(
        "limits-in-two-units",
        N_("{what}的承诺时限 {promise} 与法定时限 {statutory} 单位不同，无法直接比较；请核对。"),
        "Working days and calendar days can not be compared in general; under the Licensing Law days are working "
        "days.",
        law=f"{LICENSING} 第八十二条",
        severity=Severity.WARNING,
    ),
    Rule(
        "immediate-over-a-day",
        N_("{what}是即办件，承诺时限却是 {promise}；即办件不超过 1 天。"),
        "What is done at once is done the same day.",
        law=f"{NATIONAL} A.6；{LICENSING} 第三十四条",
    ),
    Rule(
        "special-procedure-unknown",
        N_("“{name}”不是法律允许不计入期限的程序（听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审）。"),
        "Only these eight procedures stop the clock.",
        law=f"{LICENSING} 第四十五条",
        severity=Severity.WARNING,
    ),
    Rule(
        "site-check-people",
        N_("现场核查要两名以上工作人员，这里写 {people} 名。"),
        "Facts are checked on the spot by two or more officials.",
        law=f"{LICENSING} 第三十四条",
    ),
)

VISITS = table(
    Rule(
        "reason-without-visit",
        N_("一次也不用跑，却写了必须现场的原因（visits_why）；请删去，或写明 visits。"),
        "Who need not come needs no reason to come.",
        law=f"{ONE_NET_SH} 四",
    ),
    Rule(
        "visit-without-reason",
        N_("要到现场（{purpose}），却没有写原因（why）或法律依据（law），事项也没有 visits_why。"),
        "Whoever must come is told why.",
        law=f"{ONE_NET_SH} 四",
    ),
)

FEES = table(
    Rule(
        "charged-without-charges",
        N_("收费事项要写明收费项目（charges）：名称、标准和依据。"),
        "A fee is charged by published items and standards, on the basis of a law.",
        law=f"{LICENSING} 第五十八条、第五十九条",
    ),
    Rule("charges-but-free", N_("写了收费项目，charged 却不是 true。"), "Either it is charged or it is not."),
    Rule(
        "charged-not-payable-online",
        N_("收费事项要能网上支付（online_payment: true）。"),
        "What can be applied for online can be paid online.",
        law="政务服务事项实施清单要素要求（平台数据质量规则）",
    ),
    Rule(
        "fee-unknown",
        N_("没有写清是否收费；在用的完整指南要写明。"),
        "Whoever prepares wants to know the cost.",
        severity=Severity.WARNING,
    ),
)

PHONES = table(
    Rule(
        "same-phone",
        N_("{where}的咨询电话和投诉电话都是 {phone}；投诉不应由被投诉的一方接听。"),
        "Complaints are not taken by those who are complained of.",
        law="政务服务事项实施清单要素要求（平台数据质量规则）",
    ),
    Rule(
        "phone-full-width",
        N_("电话“{value}”里有全角字符“{character}”；请改为半角“{meant}”。"),
        "A telephone must dial when it is tapped.",
    ),
)

RESULTS = table(
    Rule(
        "result-licence-type",
        N_("结果“{name}”看来是证照，请写明证照类型（licence）或 kind: licence。"),
        "A result called 证 or 执照 belongs to the licence library, so that it need not be brought elsewhere.",
        law=f"{ONE_NET_SH} 七",
        severity=Severity.WARNING,
    ),
    Rule(
        "result-approval",
        N_("结果“{name}”看来是批文，kind 应当是 approval。"),
        "Approvals (批复、批文、决定书) and licences are counted apart.",
        severity=Severity.WARNING,
    ),
    Rule(
        "unknown-kind",
        N_("{field} 不能是“{value}”；可以写：{allowed}。"),
        "The field takes a value of a code list.",
    ),
)

VARIANTS = table(
    Rule(
        "variant-longer",
        N_("{district} 的承诺时限 {own} 天，长于全市的 {city} 天；区里只能更短。"),
        "The same item is handled by the same standard everywhere; a district may only do better.",
        law=f"{BUSINESS} 第三十五条；{ONE_NET_SH} 三",
    ),
    Rule(
        "variant-more-visits",
        N_("{district} 要跑 {own} 次，多于全市的 {city} 次；区里只能更少。"),
        "A district may only do better than the city.",
        law=f"{BUSINESS} 第三十五条；{BUSINESS_SH} 第二十五条",
    ),
    Rule(
        "variant-asks-more",
        N_("{district} 另要材料“{code}”；区里不得要求全市指南以外的材料。"),
        "Nothing may be asked that is not in the guide.",
        law=f"{BUSINESS_SH} 第二十四条；{BUSINESS} 第三十五条",
    ),
    Rule(
        "variant-charges",
        N_("{district} 收费，而全市不收；区里不得另行收费。"),
        "A district may waive a fee, not make one.",
        law=f"{LICENSING} 第五十八条",
    ),
)

WHOLE = table(
    Rule(
        "missing-element",
        N_("在用的完整指南要有 {field}。{why}"),
        "A full guide answers: may I, what do I bring, how long, what does it cost, where, what do I get. What "
        "is not known yet is honestly a summary (`depth: summary`).",
        law=f"{ONLINE} 第六条；{LICENSING} 第三十条；{NATIONAL} 表4",
    ),
    Rule(
        "steps-missing",
        N_("完整指南最好写明办理流程（steps）。"),
        "A guide tells the way, step by step.",
        law=f"{ONLINE} 第六条",
        severity=Severity.WARNING,
    ),
    Rule(
        "vague-condition",
        N_("受理条件“{name}”是兜底说法（“{words}”）；要写明是什么条件。"),
        "Conditions may not end in “other conditions”.",
        law=f"{BUSINESS_SH} 第二十四条",
    ),
    Rule(
        "situation-twice",
        N_("情形代码 {code} 在这个事项里写了两次。"),
        "A situation's code is unique within its item.",
    ),
    Rule("needs-itself", N_("事项 {code} 以自己为前置事项。"), "An item can not wait for itself."),
    Rule(
        "needs-circle",
        N_("前置事项绕成一圈：{circle}。"),
        "Of items that wait for each other none can be begun.",
    ),
    Rule(
        "needs-historical",
        N_("在用事项的前置事项 {code} 已是历史事项，没有人再办它。"),
        "What is offered today can only stand on what is offered today.",
    ),
    Rule(
        "same-name",
        N_("{other} 也叫“{name}”，部门也相同；请检查是否重复。"),
        "The same item is often entered twice by two people.",
        severity=Severity.WARNING,
    ),
    Rule(
        "read-without-source",
        N_("写着“{sure}”，却没有写来源（source）。"),
        "Whoever says a fact was read says where.",
        severity=Severity.WARNING,
    ),
)

CODES = table(
    Rule(
        "licence-code-form",
        N_("证照目录代码“{code}”不是 15 位数字。"),
        "The codes of the Shanghai licence catalogue have 15 digits. Codes of other bodies are flagged, not "
        "refused.",
        severity=Severity.WARNING,
    ),
    Rule(
        "licence-code-twice",
        N_("证照目录代码“{code}”已用于 {other}。"),
        "Two licence types with one code would be one in the licence library.",
        severity=Severity.WARNING,
    ),
    Rule(
        "saving-basis-unknown",
        N_("saving_basis 里没有“{kind}”这一种。{hint}"),
        "The law behind a kind of saving is looked up by its name.",
    ),
    Rule(
        "full-width-hotline",
        N_("{field}“{value}”里有全角字符“{character}”；请改为半角“{meant}”。"),
        "A telephone must dial when it is tapped.",
    ),
)

RULES = MATERIALS | LIMITS | VISITS | FEES | PHONES | RESULTS | VARIANTS | WHOLE | CODES

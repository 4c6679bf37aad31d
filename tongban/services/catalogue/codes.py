"""The code lists of the catalogue, with their Chinese and English labels.

A.1–A.8 are those of GB/T 39046-2020, appendix A. The others are lists in use on the national and provincial
platforms, which no text of a standard was read for; the last ones are this platform's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.language import SOURCE


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list: what it is called, where it comes from, and each code with its two labels."""

    name: str
    english: str
    origin: str
    labels: dict[str, tuple[str, str]]


NATIONAL = "GB/T 39046-2020"
PLATFORMS = "in use on government platforms"
OURS = "tongban"

LISTS: dict[str, CodeList] = {
    "task_type": CodeList(
        "事项类型",
        "Type of item",
        f"{NATIONAL} A.1",
        {
            "00": ("行政权力", "Administrative power"),
            "01": ("行政许可", "Administrative licence"),
            "02": ("行政处罚", "Administrative penalty"),
            "03": ("行政强制", "Administrative coercion"),
            "04": ("行政征收", "Administrative levy"),
            "05": ("行政给付", "Administrative payment"),
            "06": ("行政检查", "Administrative inspection"),
            "07": ("行政确认", "Administrative confirmation"),
            "08": ("行政奖励", "Administrative award"),
            "09": ("行政裁决", "Administrative ruling"),
            "10": ("其他行政权力", "Other administrative power"),
            "20": ("公共服务", "Public service"),
        },
    ),
    "level": CodeList(
        "行使层级",
        "Level",
        f"{NATIONAL} A.2",
        {
            "1": ("国家级", "National"),
            "2": ("省级", "Provincial"),
            "3": ("市级", "Municipal"),
            "4": ("县级", "District"),
            "5": ("镇（街道）级", "Town or street"),
            "6": ("村（社区）级", "Village or neighbourhood"),
            "7": ("分级管理", "Several levels"),
        },
    ),
    "implementer_nature": CodeList(
        "实施主体性质",
        "Nature of the implementing body",
        f"{NATIONAL} A.3",
        {
            "1": ("法定机关", "Statutory body"),
            "2": ("授权组织", "Authorised organisation"),
            "3": ("受委托组织", "Entrusted organisation"),
            "9": ("其他", "Other"),
        },
    ),
    "audience": CodeList(
        "服务对象",
        "For whom",
        f"{NATIONAL} A.4",
        {
            "1": ("自然人", "Persons"),
            "2": ("企业法人", "Companies"),
            "3": ("事业法人", "Public institutions"),
            "4": ("社会组织法人", "Social organisations"),
            "5": ("行政机关", "Government bodies"),
            "6": ("其他组织", "Other organisations"),
        },
    ),
    "handle_form": CodeList(
        "办理形式",
        "How to apply",
        f"{NATIONAL} A.5",
        {
            "1": ("窗口办理", "At a window"),
            "2": ("电脑端网上办理", "On the web"),
            "3": ("移动端网上申请", "By phone app"),
            "4": ("快递申请", "By post"),
            "9": ("其他", "Other"),
        },
    ),
    "case_kind": CodeList(
        "办件类型",
        "Kind of case",
        f"{NATIONAL} A.6",
        {
            "1": ("即办件", "Done at once"),
            "2": ("承诺件", "Done within the promised time"),
            "9": ("其他", "Other"),
        },
    ),
    "special_procedure": CodeList(
        "特别程序种类",
        "Special procedure",
        f"{NATIONAL} A.7",
        {
            "1": ("延长审批", "Extended approval"),
            "2": ("除延长审批之外", "Other than extension"),
        },
    ),
    "satisfaction": CodeList(
        "满意度",
        "Satisfaction (1 is best; ratings of five stars run the other way)",
        f"{NATIONAL} A.8",
        {
            "1": ("非常满意", "Very satisfied"),
            "2": ("满意", "Satisfied"),
            "3": ("基本满意", "Fairly satisfied"),
            "4": ("不满意", "Dissatisfied"),
            "5": ("非常不满意", "Very dissatisfied"),
        },
    ),
    "necessity": CodeList(
        "必要性",
        "Necessity of a material",
        PLATFORMS,
        {
            "1": ("必要", "Required"),
            "2": ("非必要", "Not required"),
            "3": ("容缺后补", "May follow later"),
        },
    ),
    "source_type": CodeList(
        "来源渠道",
        "Where a material comes from",
        PLATFORMS,
        {
            "10": ("申请人自备", "Prepared by the applicant"),
            "20": ("政府部门核发", "Issued by a government body"),
            "30": ("中介机构出具", "Issued by an intermediary"),
            "99": ("其他", "Other"),
        },
    ),
    "original": CodeList(
        "材料类型",
        "Original or copy",
        PLATFORMS,
        {
            "1": ("原件", "Original"),
            "2": ("复印件", "Copy"),
            "3": ("原件或复印件", "Original or copy"),
            "4": ("原件核验", "Original, shown and given back"),
        },
    ),
    "online_depth": CodeList(
        "网上办理深度",
        "How far online",
        PLATFORMS,
        {
            "0": ("不能网上办理", "Not online"),
            "1": ("互联网咨询", "Advice online"),
            "2": ("互联网收件", "Materials received online"),
            "3": ("互联网预审", "Pre-review online"),
            "4": ("互联网受理", "Accepted online"),
            "5": ("互联网办理", "Handled online"),
            "6": ("互联网办理结果信息反馈", "Result told online"),
            "7": ("互联网电子证照反馈", "Electronic licence online"),
            "8": ("其他", "Other"),
        },
    ),
    "power_source": CodeList(
        "权力来源",
        "Source of the power",
        PLATFORMS,
        {
            "1": ("法定本级行使", "This level's by law"),
            "2": ("上级下放", "Handed down by the higher level"),
            "3": ("上级授权", "Authorised by the higher level"),
            "4": ("同级授权", "Authorised by the same level"),
            "5": ("上级委托", "Entrusted by the higher level"),
            "6": ("同级委托", "Entrusted by the same level"),
        },
    ),
    "handle_mode": CodeList(
        "办理方式",
        "How bodies work together",
        PLATFORMS,
        {
            "1": ("自办件", "By one body"),
            "2": ("初审件", "First review"),
            "3": ("联办件", "Jointly"),
            "4": ("转报件", "Forwarded"),
        },
    ),
    "licence_category": CodeList(
        "证照类别",
        "Category of licence",
        PLATFORMS,
        {
            "1": ("证照", "Licence"),
            "2": ("批文", "Approval document"),
            "3": ("证明", "Proof"),
            "4": ("材料", "Material"),
            "5": ("证件", "Personal document"),
        },
    ),
    "item_state": CodeList(
        "事项状态",
        "State of the item",
        f"{PLATFORMS}; words are tongban's",
        {
            "in_use": ("在用", "In use"),
            "suspended": ("暂停", "Suspended"),
            "cancelled": ("取消", "Cancelled"),
            "draft": ("草稿", "Draft"),
            "historical": ("历史", "Historical"),
        },
    ),
    "depth": CodeList(
        "详略",
        "How much is told",
        OURS,
        {
            "full": ("完整指南", "Full guide"),
            "summary": ("摘要", "Summary"),
        },
    ),
    "sure": CodeList(
        "可信程度",
        "How sure",
        OURS,
        {
            "R": ("读自法律法规原文", "Read in the text of the law"),
            "G": ("读自政府网页", "Read on a government page"),
            "N": ("读自新闻或转载", "Read in news or a copy"),
            "I": ("读自实际系统", "Read in an implementation"),
            "K": ("已知但未读到原文", "Known, not read"),
            "C": ("为演示重建", "Reconstructed for the demonstration"),
        },
    ),
    "unit": CodeList(
        "时限单位",
        "Unit of a limit",
        OURS,
        {
            "working": ("工作日", "Working days"),
            "calendar": ("自然日", "Calendar days"),
        },
    ),
    "visit_purpose": CodeList(
        "到场目的",
        "Why one comes",
        OURS,
        {
            "submit": ("递交材料", "To submit"),
            "verify": ("核验身份或原件", "To verify identity or originals"),
            "collect": ("领取结果", "To collect the result"),
            "attend": ("本人到场才能完成", "What only the person can do"),
        },
    ),
    "saving": CodeList(
        "免于提交的原因",
        "Why a material need not be brought",
        OURS,
        {
            "no_legal_basis": ("没有法律依据", "No legal basis"),
            "form_merge": ("并入一张申请表", "Part of the one form"),
            "generated": ("由系统生成", "Made by the system"),
            "bundle_output": ("由同一件事中的其他事项产生", "Made by another item of the same thing"),
            "licence_library": ("电子证照库里有", "In the licence library"),
            "data_sharing": ("可以通过数据共享取得", "Obtained by data sharing"),
            "commitment": ("以告知承诺代替", "Replaced by a signed commitment"),
            "duplicate": ("已交给另一事项", "Already given to another item"),
        },
    ),
    "result_kind": CodeList(
        "结果类型",
        "Kind of result",
        OURS,
        {
            "licence": ("证照", "Licence"),
            "approval": ("批文", "Approval"),
            "proof": ("证明", "Proof"),
            "record": ("登记或备案", "Record"),
            "payment": ("待遇或补贴", "Payment"),
        },
    ),
    "holder": CodeList(
        "持证者",
        "Holder of a licence",
        OURS,
        {
            "person": ("自然人", "Person"),
            "company": ("法人", "Company"),
            "both": ("自然人或法人", "Person or company"),
        },
    ),
    "element_kind": CodeList(
        "数据元类型",
        "Kind of data element",
        OURS,
        {
            "text": ("文字", "Text"),
            "number": ("数字", "Number"),
            "date": ("日期", "Date"),
            "boolean": ("是或否", "Yes or no"),
            "choice": ("选择", "Choice"),
            "phone": ("电话", "Telephone"),
            "address": ("地址", "Address"),
        },
    ),
    "source_kind": CodeList(
        "来源类型",
        "Kind of source",
        OURS,
        {
            "law": ("法律法规", "Law"),
            "rule": ("规章或规范性文件", "Rule or normative document"),
            "page": ("政府网页", "Government page"),
            "news": ("新闻或转载", "News or copy"),
            "implementation": ("实际系统", "Implementation"),
        },
    ),
}


def label(list_name: str, code: str, language: str = SOURCE) -> str:
    """Return the label of a code, or the code itself where the list does not know it.

    Raises KeyError when there is no such list.
    """
    found = LISTS[list_name].labels.get(str(code))
    if found is None:
        return str(code)
    return found[0] if language == SOURCE else found[1]


LIST_OF_FIELD: dict[str, str] = {
    "type": "task_type",
    "level": "level",
    "nature": "implementer_nature",
    "audience": "audience",
    "handle_forms": "handle_form",
    "case_kind": "case_kind",
    "necessity": "necessity",
    "source_type": "source_type",
    "original": "original",
    "power_source": "power_source",
    "handle_mode": "handle_mode",
    "category": "licence_category",
    "state": "item_state",
    "depth": "depth",
    "sure": "sure",
    "unit": "unit",
    "purpose": "visit_purpose",
    "by": "saving",
    "holder": "holder",
}
"""Which list the values of a field of the pack are taken from."""

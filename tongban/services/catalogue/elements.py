"""The elements of a government service item, and the field of ``Item`` that carries each.

They are the union of table 4 of GB/T 39046-2020 and the national item tables (basic, extension and fee), as
far as they belong to the item itself: 64. The elements of a material are listed after them. The standards
leave their order and numbers to each list, so the order here is ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """An element: official term, English name, the standard's field, our field, and its code list.

    ``id`` is empty where the standard's name of the field was not read. ``field`` is a path from ``Item``,
    with ``[]`` after lists; it is empty only where ``kept`` says what carries the element instead.
    """

    term: str
    english: str
    id: str
    field: str
    codes: str = ""
    kept: str = ""


ELEMENTS: tuple[Element, ...] = (
    # what it is
    Element("事项名称", "Name of the item", "task_name", "name"),
    Element("基本编码", "National catalogue code", "catalog_code", "catalogue_code"),
    Element("地方基本编码", "Local catalogue code", "local_catalog_code", "local_code"),
    Element("实施编码", "Implementation code", "task_code", "implementation_code"),
    Element("业务办理项编码", "Handling code", "task_handle_item", "handling_code"),
    Element("事项类型", "Type of item", "task_type", "type", "task_type"),
    Element("事项版本", "Version", "task_version", "", kept="the number of the published version"),
    Element("事项状态", "State", "task_state", "state", "item_state"),
    Element("设定依据", "Legal basis", "by_law", "basis"),
    # whose it is
    Element("行使层级", "Level", "use_level", "level", "level"),
    Element("权限划分", "Division of authority", "", "authority"),
    Element("行使内容", "What is exercised at this level", "", "exercises"),
    Element("权力来源", "Source of the power", "power_source", "power_source", "power_source"),
    Element("实施主体", "Implementing body", "dept_name", "department"),
    Element(
        "实施主体编码",
        "Code of the implementing body",
        "dept_code",
        "",
        kept="`credit_code` of the department in government/departments.yaml",
    ),
    Element("实施主体性质", "Nature of the implementing body", "dept_type", "nature", "implementer_nature"),
    Element("委托部门", "Entrusted body", "entrust_name", "entrusted_to"),
    Element("联办机构", "Joint bodies", "other_dept", "joint_departments"),
    Element("承办机构", "Handling office", "", "office"),
    Element("服务对象", "For whom", "server_type", "audience", "audience"),
    # how it is handled
    Element("办件类型", "Kind of case", "project_type", "case_kind", "case_kind"),
    Element("办理形式", "How to apply", "handle_type", "handle_forms", "handle_form"),
    Element("法定办结时限", "Statutory limit", "anticipate_day", "statutory.days"),
    Element("法定办结时限单位", "Unit of the statutory limit", "anticipate_type", "statutory.unit", "unit"),
    Element("法定办结时限说明", "Note on the statutory limit", "anticipate_explain", "statutory.note"),
    Element("承诺办结时限", "Promised limit", "promise_day", "promise.days"),
    Element("承诺办结时限单位", "Unit of the promised limit", "promise_type", "promise.unit", "unit"),
    Element("承诺办结时限说明", "Note on the promised limit", "promise_explain", "promise.note"),
    Element("特别程序", "Special procedures", "special_procedure", "special_procedures"),
    Element("受理条件", "Conditions of acceptance", "accept_condition", "conditions"),
    Element("办理流程", "Steps", "handle_flow", "steps"),
    Element("数量限制", "Limit of quantity", "limit_explain", "quantity_limit"),
    Element("中介服务", "Intermediary service", "service_type", "intermediary"),
    Element("结果名称", "Name of the result", "result_name", "results[].name"),
    Element("结果类型", "Kind of result", "result_type", "results[].kind", "result_kind"),
    Element("结果样本", "Sample of the result", "result_guid", "results[].sample"),
    # what it costs
    Element("是否收费", "Whether it is charged", "is_fee", "fee.charged"),
    Element("收费项目名称", "Name of the charge", "", "fee.charges[].name"),
    Element("收费标准", "Standard of the charge", "", "fee.charges[].standard"),
    Element("收费依据", "Basis of the charge", "fee_basis", "fee.charges[].basis"),
    # where and whom to ask
    Element("办理地点", "Place", "transact_addr", "places"),
    Element("办理时间", "Hours", "transact_time", "hours"),
    Element("咨询方式", "Enquiries", "link_way", "enquiry_phone"),
    Element("监督投诉方式", "Complaints", "supervise_way", "complaint_phone"),
    Element("常见问题", "Common questions", "", "questions"),
    # extension: how far online, how near
    Element("通办范围", "Where it can be handled", "handle_area", "handle_area"),
    Element("是否网办", "Whether online", "is_online", "online.depth", "online_depth"),
    Element("网办地址", "Address online", "online_handle_url", "online.url"),
    Element("网上办理深度", "How far online", "online_handle_depth", "online.depth", "online_depth"),
    Element("到办事现场次数", "Number of visits", "limit_scene_num", "visits"),
    Element("必须现场原因", "Why one must come", "limit_scene_explain", "visits_why"),
    Element("是否进驻大厅", "Whether in the hall", "is_entry_center", "in_hall"),
    Element("预约", "Appointment", "is_schedule", "appointment"),
    Element("网上支付", "Online payment", "is_pay_online", "fee.online_payment"),
    Element("物流快递", "By post", "is_express", "express"),
    Element("自助终端", "Self-service terminal", "is_service_terminals", "terminal"),
    Element("移动端地址", "Address for phones", "mobile_terminal_url", "online.mobile_url"),
    Element("单点登录", "Single sign-on", "is_single_login", "online.single_sign_on"),
    Element("自然人主题", "Themes for persons", "user_topic_type", "themes"),
    Element("法人主题", "Themes for legal persons", "corp_topic_type", "themes"),
    Element("运行系统", "Running system", "", "system"),
    Element("行政区划", "Area", "", "area_code"),
    Element("镇街", "Town or street", "", "street_code"),
    Element("村居", "Village or neighbourhood", "", "village_code"),
)

OF_MATERIALS: tuple[Element, ...] = (
    Element("材料名称", "Name of the material", "material_name", "materials[].name"),
    Element("必要性", "Necessity", "is_need", "materials[].necessity", "necessity"),
    Element("材料类型", "Original or copy", "material_type", "materials[].original", "original"),
    Element("材料形式", "Paper or electronic", "material_format", "materials[].electronic"),
    Element("原件数", "Originals", "page_num", "materials[].originals"),
    Element("复印件数", "Copies", "page_num", "materials[].copies"),
    Element("规格", "Size", "page_format", "materials[].size"),
    Element("来源渠道", "Where it comes from", "source_type", "materials[].source_type", "source_type"),
    Element("来源渠道说明", "Note on where it comes from", "source_explain", "materials[].note"),
    Element("出具机构", "Issuer", "", "materials[].issuer"),
    Element("空白表格", "Blank form", "form_guid", "materials[].blank"),
    Element("示例样表", "Example", "example_guid", "materials[].example"),
    Element("填报须知", "How to fill it in", "fill_explain", "materials[].how_to_fill"),
    Element("受理标准", "When it is accepted", "accept_stand", "materials[].accepted_if"),
    Element("要求依据", "Basis of the demand", "by_law", "materials[].basis"),
    Element("顺序", "Order", "order_num", "materials"),
    Element("是否允许减免", "Whether a charge can be reduced", "", "fee.charges[].reducible"),
    Element("减免依据", "Basis of the reduction", "", "fee.charges[].reduction"),
)
"""Of a material and of a reduction: they belong to tables of their own in the national model."""

OURS: dict[str, str] = {
    "code": "our own code: the item's address, which never changes",
    "english": "the name in English",
    "plain": "what it is, in words people use",
    "plain_english": "the same in English",
    "aliases": "what people say when they look for it",
    "depth": "a full guide, or an honest summary that says it is one",
    "history": "what changed, and since when",
    "not_for": "who need not or may not apply",
    "situations": "情形: what is really applied for; Shanghai's level between item and material",
    "form": "the data elements of the application form, so that a bundle asks each once",
    "handle_mode": "自办、初审、联办、转报",
    "silence_is_consent": "whether silence counts as consent by a published rule",
    "site_check": "whether and how it is checked on the spot before the decision",
    "commitment": "告知承诺 for the whole item",
    "needs": "items whose result this one stands on",
    "after": "what to do afterwards",
    "facts": "what else one should know",
    "variants": "a district's own terms, which may only be better",
    "sure": "how sure the item's facts are",
    "source": "where they were read",
    "note": "what a reader should know about them",
}
"""Fields of ``Item`` that no standard asks for, and why they are there."""


def steps_of(field: str) -> tuple[str | int, ...]:
    """Return the path of an element's field as steps: ``results[].name`` → ``("results", 0, "name")``."""
    steps: list[str | int] = []
    for part in field.split("."):
        steps.append(part.removesuffix("[]"))
        if part.endswith("[]"):
            steps.append(0)
    return tuple(steps)

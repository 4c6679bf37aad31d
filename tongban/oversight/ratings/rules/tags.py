"""The national words of 好差评: forty, eight under each level. Nobody but the state adds or removes any.

Codes that were in use before (501–509, 401–405, 301–306, 201–206, 101–107) are not given out again.
"""

from __future__ import annotations

from tongban.kernel.errors import N_
from tongban.oversight.ratings.types import Level, Tag

VERSION = "2020"

TEXTS = {
    Level.VERY_SATISFIED: (
        510,
        (
            N_("一窗受理一次办结"),
            N_("可以先受理后补材料"),
            N_("不用提交证明"),
            N_("可以全程网上办理"),
            N_("可以使用手机办理"),
            N_("可以就近办理"),
            N_("无需材料直接办理"),
            N_("服务热情效率高"),
        ),
    ),
    Level.SATISFIED: (
        406,
        (
            N_("填写一张表单就可完成申报"),
            N_("在线提交材料窗口核验"),
            N_("一张清单告知全部申报材料"),
            N_("用告知承诺减免申报材料"),
            N_("可以在线预约办理"),
            N_("跑大厅一次办完"),
            N_("可以使用自助机办理"),
            N_("服务态度较好"),
        ),
    ),
    Level.FAIR: (
        307,
        (
            N_("一次性告知需要补正的材料"),
            N_("提供申报材料样本"),
            N_("在承诺的时间内办结"),
            N_("办事指南指引准确"),
            N_("按办事指南要求的材料即可办理"),
            N_("可以快递送达"),
            N_("跑动次数与承诺的一致"),
            N_("服务态度一般"),
        ),
    ),
    Level.DISSATISFIED: (
        207,
        (
            N_("没有提供材料样本"),
            N_("没有提供材料清单"),
            N_("未在承诺时间内办结"),
            N_("同样内容的证明材料被要求多次提交"),
            N_("承诺网办但无法在线办理"),
            N_("在线预约办理后到实体大厅重复取号排队"),
            N_("窗口人员业务不熟练"),
            N_("服务态度生硬"),
        ),
    ),
    Level.VERY_DISSATISFIED: (
        108,
        (
            N_("在办事指南之外增加新的审批条件"),
            N_("需提供办事指南之外的申报材料"),
            N_("无理由超过法定办理时间"),
            N_("办事指南提供样本有错"),
            N_("承诺在线收取申报材料实际无法收取"),
            N_("多头跑窗口和部门"),
            N_("跑动次数与承诺的不一致"),
            N_("服务态度差效率低"),
        ),
    ),
}
TAGS = {
    str(first + place): Tag(str(first + place), level, text)
    for level, (first, texts) in TEXTS.items()
    for place, text in enumerate(texts)
}


def tags_of(level: Level) -> tuple[Tag, ...]:
    """Return the words under a level in their order."""
    return tuple(tag for tag in TAGS.values() if tag.level is level)

"""The sentences of the compiler, and how a law is cited.

Each sentence is Simplified Chinese with named places; a saving keeps the sentence and what goes into its
places (``said``) beside the finished reason, so that ``spoken`` can say it in another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tongban.kernel.errors import N_
from tongban.services.bundles.types import Compiled, Reduction, Said
from tongban.services.catalogue.types import Basis, Saving

NO_BASIS = N_("城市包没有写明依据")
JOINT_CHECK = N_("联合核查")
HANDOVER = N_("统一发证")
PICKUP = N_("领取结果")
TOGETHER = N_("同时办理")
FILING = N_("提交申请")
LICENCES = N_("各项证照")

SENTENCES: dict[str, str] = {
    Saving.NO_LEGAL_BASIS: N_("没有法律、法规依据，不得要求提供"),
    Saving.FORM_MERGE: N_("并入一张申请表，只填一次"),
    Saving.BUNDLE_OUTPUT: N_("由同时办理的“{item}”产生，部门之间直接送，不回头再收"),
    Saving.LICENCE_LIBRARY: N_("电子证照库里有“{licence}”，由系统调取"),
    Saving.DATA_SHARING: N_("部门之间共享可得：{data}"),
    Saving.GENERATED: N_("由系统用表里填的内容生成"),
    Saving.COMMITMENT: N_("换成申请表里的一项承诺"),
    Saving.DUPLICATE: N_("和“{item}”要的是同一份，只交一次"),
    "parallel": N_("{count} 个事项同时办，不再一个等一个，只算最长的一条线"),
    "joint_check": N_("{count} 家同一次上门：{items}"),
    "online_filing": N_("在网上提交，不用为“{item}”跑一次"),
    "one_window": N_("{count} 次提交在综合窗口一次交齐"),
    "one_pickup": N_("{count} 次领取合成一次"),
    "same_element": N_("{count} 张表都问，只填一次"),
    "combined_licence": N_("{count} 张证照合成一张“{licence}”"),
}

UNKNOWN_LIMIT = N_("“{item}”没有找到公布的时限，按 0 天计算，实际可能更长")
CALENDAR_LIMIT = N_("“{item}”的时限是 {days} 日（自然日），每 7 日按 5 个工作日折算成 {working} 个工作日")
COMMITMENTS = N_("有 {count} 份材料换成了承诺：承诺不实的，会被责令改正、撤销决定并记入信用记录")


def say(kind: str, **values: str | int) -> Said:
    """Return the reason for a kind of saving with what goes into its places."""
    return Said(sentence=SENTENCES[kind], values=values)


def finished(said: Said, translate: Callable[[str], str] = str) -> str:
    """Return the sentence with its places filled."""
    return translate(said.sentence).format(**said.values)


def spoken(compiled: Compiled, translate: Callable[[str], str]) -> Compiled:
    """Return the same answer with its own sentences in another language; what the pack wrote stays."""
    savings = tuple(_spoken_saving(r, translate) for r in compiled.savings)
    path = tuple(
        step if step.kind == "item" else step.model_copy(update={"name": translate(step.name)})
        for step in compiled.path
    )
    notes = tuple(finished(n, translate) for n in compiled.notes_said)
    return compiled.model_copy(update={"savings": savings, "path": path, "notes": notes})


def _spoken_saving(saving: Reduction, translate: Callable[[str], str]) -> Reduction:
    reason = finished(saving.said, translate) if saving.said else saving.reason
    return saving.model_copy(
        update={"reason": reason, "what": translate(saving.what), "law": translate(saving.law)}
    )


def law_for(kind: str, basis: Basis | None, general: Mapping[str, Basis]) -> str:
    """Return the law behind a saving: its own where it has one, else the city's for this kind."""
    own = basis or general.get(kind)
    return cite(own) if own else NO_BASIS


def cite(basis: Basis) -> str:
    """Return a law as it is cited: 《行政许可法》第34条, 《市场主体登记管理条例》第16条（一）."""
    return f"《{basis.law.strip('《》')}》{_article(basis.article)}"


def _article(article: str | None) -> str:
    if not article:
        return ""
    if article.startswith("第"):
        return article
    point = re.fullmatch(r"(\d+)\s*[(（](.+)[)）]", article)
    if point:
        return f"第{point[1]}条（{point[2]}）"
    several = re.sub(r"[,，、]\s*", "、", article)
    return f"第{several}条"

"""An entry as it was written at a desk, made into a record: what is missing or wrong is said by the field's name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tongban.datahub.resources.labels import FIELDS
from tongban.kernel.errors import N_, Invalid

R = TypeVar("R", bound=BaseModel)
MORE_FIELDS = {
    "code": N_("编码"),
    "name": N_("名称"),
    "english": N_("英文名称"),
    "department": N_("部门"),
    "summary": N_("摘要"),
    "kind": N_("资源分类"),
    "subject": N_("数据主体"),
    "basis": N_("依据"),
    "law": N_("法律"),
    "article": N_("条款"),
    "reason": N_("理由"),
    "note": N_("备注"),
    "items": N_("直接共享事项"),
    "type": N_("数据类型"),
    "length": N_("长度"),
    "service": N_("服务代码"),
    "key": N_("查询条件"),
    "owner": N_("归属人号码"),
}
NAMES = FIELDS | MORE_FIELDS


def written(record: type[R], document: Mapping[str, Any]) -> R:
    """Return the record that was written; raise Invalid naming the first field that is missing or wrong."""
    try:
        return record.model_validate(dict(document))
    except ValidationError as error:
        steps = [str(one) for one in error.errors()[0]["loc"]]
        name = next((NAMES[one] for one in reversed(steps) if one in NAMES), steps[-1] if steps else "")
        raise Invalid("data-entry-wrong", N_("“{field}”没有写明，或者写法不对。"), field=name) from error

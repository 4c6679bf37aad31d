"""Saving a part of the queue under a name, and forgetting it: nobody's but one's own, no act on any case."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.types import Actor
from tongban.services.approvals import models

MOST, LONGEST, LONGEST_QUERY = 20, 40, 600
MSG_NAME = N_("给筛选起一个名字，最多 {most} 个字。")
MSG_NOTHING = N_("现在没有筛选，没有什么可存。")
MSG_MOST = N_("最多存 {most} 个筛选；先删掉不用的。")
MSG_SAME = N_("已经有一个叫“{name}”的筛选。")


def save_filter(*, name: str, query: str, by: Actor, at: dt.datetime) -> uuid.UUID:
    """Save a part of the queue under a name; return its id. Raises Invalid, or Conflict for a name used already."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST:
        raise Invalid("filter-name", MSG_NAME, most=LONGEST)
    if not 0 < len(query) <= LONGEST_QUERY:
        raise Invalid("filter-nothing", MSG_NOTHING)
    if models.SavedFilter.objects.filter(staff=by.id).count() >= MOST:
        raise Conflict("filter-most", MSG_MOST, most=MOST)
    try:
        with transaction.atomic():
            return models.SavedFilter.objects.create(staff=by.id, name=name, query=query, at=at).id
    except IntegrityError as error:
        if "filter_name_once" in str(error):
            raise Conflict("filter-same", MSG_SAME, name=name) from error
        raise


def forget_filter(*, id: uuid.UUID, by: Actor) -> None:
    """Forget a filter of one's own; another's is left alone."""
    models.SavedFilter.objects.filter(id=id, staff=by.id).delete()

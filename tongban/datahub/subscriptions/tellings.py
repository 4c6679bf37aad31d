"""What the data officers of a consumer are told: a subscription has stopped, and nobody of theirs has stopped it."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.subscriptions.events import SubscriptionChanged
from tongban.datahub.subscriptions.operations.forgetting import PASSED
from tongban.datahub.subscriptions.operations.noting import GAVE_UP, GONE
from tongban.datahub.subscriptions.operations.subscribing import GRANT_ENDED
from tongban.foundation.government.types import May
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.kernel.errors import N_
from tongban.kernel.types import Subject

TITLE = N_("数据订阅有变化，请处理")
TEMPLATES = {
    GRANT_ENDED: Template(
        "feed.ended_with_grant", TITLE, N_("订阅“{feed}”已随数据共享授权一起结束（编号 {id}）。"), ()
    ),
    GAVE_UP: Template(
        "feed.gave_up",
        TITLE,
        N_("订阅“{feed}”的接收地址连续多日没有接收，已暂停（编号 {id}）。修复后请恢复，未推送的变更都还在。"),
        (),
    ),
    GONE: Template("feed.gone", TITLE, N_("订阅“{feed}”的接收地址答复不再接收，已暂停（编号 {id}）。"), ()),
    PASSED: Template(
        "feed.passed",
        TITLE,
        N_("订阅“{feed}”有变更超过保存期限，没有推送就已删除（编号 {id}）。请向提供方索取全量文件。"),
        (),
    ),
}
"""By why it has stopped."""


def subscription_changed(event: SubscriptionChanged, *, at: dt.datetime) -> None:
    """Tell the data officers of whose subscription has stopped, or has missed something, by itself."""
    template = TEMPLATES.get(event.why) if event.is_unasked else None
    if template is None:
        return
    values = {"feed": event.feed, "id": event.subscription_id}
    about = Subject("data-subscription", event.subscription_id)
    department = event.consumer.split("/")[2]
    officers = identity.staff_with(May.DATA_OFFICER, department=department)
    for code in dict.fromkeys(one.code for one in officers):
        messages.send(to=Subject("staff", code), template=template.code, values=values, about=about, at=at)

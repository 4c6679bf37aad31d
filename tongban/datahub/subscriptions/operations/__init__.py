"""Every write of feeds, subscriptions and files; and the courier, which delivers."""

from tongban.datahub.subscriptions.operations.declaring import declare_feed
from tongban.datahub.subscriptions.operations.placing import place_pending
from tongban.datahub.subscriptions.operations.publishing import publish_changes
from tongban.datahub.subscriptions.operations.subscribing import (
    end,
    end_of_grant,
    pause,
    replay,
    resume,
    subscribe,
)
from tongban.datahub.subscriptions.sending.courier import Courier

__all__ = [
    "Courier",
    "declare_feed",
    "end",
    "end_of_grant",
    "pause",
    "place_pending",
    "publish_changes",
    "replay",
    "resume",
    "subscribe",
]

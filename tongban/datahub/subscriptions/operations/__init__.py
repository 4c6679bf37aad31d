"""Every write of feeds, subscriptions and files; and the courier, which delivers."""

from tongban.datahub.subscriptions.operations.calls import Done, make_months, note_call
from tongban.datahub.subscriptions.operations.declaring import declare_feed
from tongban.datahub.subscriptions.operations.files import announce_file, check_file, open_file, receive_part
from tongban.datahub.subscriptions.operations.placing import place_pending
from tongban.datahub.subscriptions.operations.publishing import publish_changes
from tongban.datahub.subscriptions.operations.pulling import Pulled, pull
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
    "Done",
    "Pulled",
    "announce_file",
    "check_file",
    "declare_feed",
    "end",
    "end_of_grant",
    "make_months",
    "note_call",
    "open_file",
    "pause",
    "place_pending",
    "publish_changes",
    "pull",
    "receive_part",
    "replay",
    "resume",
    "subscribe",
]

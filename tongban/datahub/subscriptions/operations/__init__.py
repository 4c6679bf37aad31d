"""Every write of feeds, subscriptions and files; and the courier, which delivers."""

from tongban.datahub.subscriptions.access import acting
from tongban.datahub.subscriptions.operations.calls import make_months
from tongban.datahub.subscriptions.operations.declaring import declare_feed
from tongban.datahub.subscriptions.operations.files import announce_file, check_file, open_file, receive_part
from tongban.datahub.subscriptions.operations.following import follow_resource
from tongban.datahub.subscriptions.operations.forgetting import forget_due
from tongban.datahub.subscriptions.operations.placing import place_pending
from tongban.datahub.subscriptions.operations.publishing import publish_changes
from tongban.datahub.subscriptions.operations.pulling import Pulled, check_pull, pull
from tongban.datahub.subscriptions.operations.purging import purge_feed_calls
from tongban.datahub.subscriptions.operations.sealing import MOST as MOST_SEALED
from tongban.datahub.subscriptions.operations.sealing import seal_changes
from tongban.datahub.subscriptions.operations.signed import (
    announce_called,
    list_files,
    look_at_file,
    publish_called,
    receive_called,
)
from tongban.datahub.subscriptions.operations.subscribing import (
    end,
    end_of_grant,
    pause,
    replay,
    resume,
    subscribe,
)
from tongban.datahub.subscriptions.operations.trying import (
    Wish,
    try_address,
    try_address_as,
    try_file,
    try_files,
    try_pull,
)
from tongban.datahub.subscriptions.sending.courier import Courier
from tongban.datahub.subscriptions.sending.trying import test_key

__all__ = [
    "MOST_SEALED",
    "Courier",
    "Pulled",
    "Wish",
    "acting",
    "announce_called",
    "announce_file",
    "check_file",
    "check_pull",
    "declare_feed",
    "end",
    "end_of_grant",
    "follow_resource",
    "forget_due",
    "list_files",
    "look_at_file",
    "make_months",
    "open_file",
    "pause",
    "place_pending",
    "publish_called",
    "publish_changes",
    "pull",
    "purge_feed_calls",
    "receive_called",
    "receive_part",
    "replay",
    "resume",
    "seal_changes",
    "subscribe",
    "test_key",
    "try_address",
    "try_address_as",
    "try_file",
    "try_files",
    "try_pull",
]

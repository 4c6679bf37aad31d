"""Changes as CloudEvents 1.0 in JSON, one or a batch. Pure.

``id`` is the position: the same at every delivery, also after a replay. ``subject`` is the same for all changes of one
row, and says nothing about it: context attributes may be logged on the way. ``sequence`` sorts as text.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from tongban.datahub.subscriptions.types import Feed, Kind, Placed

SINGLE = "application/cloudevents+json; charset=utf-8"
BATCH = "application/cloudevents-batch+json; charset=utf-8"
MOST_EVENTS = 1_000
MOST_BYTES = 1_000_000
"""Of one delivery; a single event may be larger than that, and then goes alone."""
TYPES = {
    Kind.CREATED: "tongban.row.created",
    Kind.CHANGED: "tongban.row.changed",
    Kind.REMOVED: "tongban.row.removed",
    Kind.FILE: "tongban.file.published",
}
SEQUENCE = 20
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
encode = ENCODER.encode


def prefix_of(feed: Feed, site: str) -> str:
    """Return the beginning that all events of a feed share; the schema's address where the site has one."""
    schema = f',"dataschema":{encode(f"{site}{feed.source}/schema")}' if site else ""
    return (
        f'{{"specversion":"1.0","source":{encode(feed.source)},"datacontenttype":"application/json"{schema},'
        '"sequencetype":"Integer"'
    )


def event(prefix: str, change: Placed, data: Mapping[str, object]) -> str:
    """Return one event as JSON. ``prefix`` is the feed's."""
    subject = base64.urlsafe_b64encode(change.row).decode().rstrip("=")
    return (
        f'{prefix},"id":"{change.position}","sequence":"{change.position:0{SEQUENCE}d}","type":"{TYPES[change.kind]}",'
        f'"subject":"{subject}","time":"{change.happened_at}","data":{encode(data)}}}'
    )


def body_of(events: list[str], *, is_single: bool) -> tuple[str, bytes]:
    """Return content type and body: the one event where the receiver wants them one by one, else a batch."""
    if is_single:
        return SINGLE, events[0].encode()
    return BATCH, f"[{','.join(events)}]".encode()

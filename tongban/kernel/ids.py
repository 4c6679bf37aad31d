"""Identifiers: primary keys that sort by time of birth."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562), so that an index grows at one end."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)

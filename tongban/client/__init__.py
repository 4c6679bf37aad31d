"""Owns what a programmer's own program needs to call data services: sign, send, check the answer; take signed webhooks.

It stands alone: no Django, no table, nothing of the city's own packages but message signatures. Whatever it does can be
done without it, by X-Road's protocol and RFC 9421 (docs/howto/call-a-data-service.md).
"""

from tongban.client.answers import Answer
from tongban.client.calling import Client
from tongban.client.errors import (
    CallFailed,
    ExchangeError,
    FeedFailed,
    NotGenuine,
    ProviderFailed,
    Unreachable,
)
from tongban.client.feeds import Feed
from tongban.client.keys import NodeKey, SigningKey

__all__ = [
    "Answer",
    "CallFailed",
    "Client",
    "ExchangeError",
    "Feed",
    "FeedFailed",
    "NodeKey",
    "NotGenuine",
    "ProviderFailed",
    "SigningKey",
    "Unreachable",
]

"""How often one address may ask: a bucket per address in each process.

The promise of the headers is kept by the process that answers: with W processes a caller can get at
most W times the limit. That is enough to keep one careless script from slowing the others; a city that
wants one exact limit puts it into the proxy before the processes.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

WINDOW_SECONDS = 60
MOST_ADDRESSES = 20_000


@dataclass(slots=True)
class Bucket:
    """What an address has left in its present window."""

    ends: float
    left: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """The answer to one request: whether it may pass, and what the headers say."""

    allowed: bool
    limit: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers, and Retry-After when refused."""
        headers = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.seconds),
            "RateLimit-Policy": f"{self.limit};w={WINDOW_SECONDS}",
        }
        return headers if self.allowed else headers | {"Retry-After": str(self.seconds)}


class RateLimit:
    """Buckets of all addresses, the longest unseen forgotten first, so that memory is bounded."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str, now: float | None = None) -> Allowance:
        """Take one request from the address's bucket; ``now`` is monotonic seconds."""
        now = time.monotonic() if now is None else now
        with self._lock:
            bucket = self._buckets.get(address)
            if bucket is None or bucket.ends <= now:
                bucket = self._buckets[address] = Bucket(now + WINDOW_SECONDS, self.limit)
                self._buckets.move_to_end(address)
                if len(self._buckets) > MOST_ADDRESSES:
                    self._buckets.popitem(last=False)
            allowed = bucket.left > 0
            bucket.left -= allowed
            return Allowance(allowed, self.limit, bucket.left, max(1, round(bucket.ends - now)))

"""A department's own systems in the exchange: keys, services, subscriptions, the log, and the sandbox."""

from __future__ import annotations

from tongban.channels.datadesk.views.systems import keys, listing, log, publishing, sandbox, telling

urls = [*listing.urls, *keys.urls, *publishing.urls, *telling.urls, *log.urls, *sandbox.urls]

"""What answers before Django, and loading all of it once for all of the web server's processes."""

from __future__ import annotations

import gc
import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tongban.runtime import boot

LAYERS = (
    # module, function(application) -> application; the outermost first
    ("tongban.channels.gateway.federation", "federation"),
    ("tongban.channels.gateway.application", "gateway"),
    ("tongban.channels.gateway.feeds.application", "feeds"),
    ("tongban.channels.ui.cache", "page_cache"),
)
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Layer = Callable[[Application], Application]


def layers() -> Iterator[Layer]:
    """Yield what makes each layer, the innermost first."""
    for module, name in reversed(LAYERS):
        if importlib.util.find_spec(module):
            yield getattr(importlib.import_module(module), name)


def load() -> None:
    """Import all that a request may need, in a process whose forks are to share it; the database is not touched.

    Each of them would take as much memory for itself, and as long to read it.
    """
    boot.set_up_django()
    boot.check_routes()
    list(layers())
    # What nobody writes to stays shared, and the collector would write to all of it.
    gc.collect()
    gc.freeze()

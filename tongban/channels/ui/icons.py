"""Small pictures: icons from the sprite, bars, the thumbnail of a path. Attributes only, no style (CSP)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from markupsafe import Markup

from tongban.channels.ui.assets import STATIC, address

FALLBACK = "file-text"
BAR = Markup(
    '<svg class="bar" height="8" aria-hidden="true">'
    '<rect class="bar-track" width="100%" height="8" rx="4"/>{}</svg>'
)
FILL = Markup('<rect class="bar-{}" width="{}" height="8" rx="4"/>')


@cache
def names() -> frozenset[str]:
    """Return the names of the icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))


@cache
def icon(name: str, label: str = "") -> Markup:
    """Return an icon; without a label it is decoration that a screen reader passes over."""
    known = name if name in names() else FALLBACK
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(
        spoken, address("icons.svg"), known
    )


@lru_cache(maxsize=4096)
def bar(value: float, of: float, kind: str = "fill") -> Markup:
    """Return a bar that is ``value`` of ``of`` long; decoration, the figures stand beside it in words."""
    share = 0 if of <= 0 else max(0.0, min(1.0, value / of))
    return BAR.format(FILL.format(kind, f"{share:.1%}") if share else "")

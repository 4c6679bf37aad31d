"""Small pictures: icons from the sprite, bars, the thumbnail of a path. Attributes only, no style (CSP)."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup, escape

from tongban.channels.ui.assets import STATIC, address

FALLBACK = "file-text"


@cache
def names() -> frozenset[str]:
    """Return the names of the icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))


@cache
def icon(name: str, label: str = "") -> Markup:
    """Return an icon; without a label it is decoration that a screen reader passes over."""
    known = name if name in names() else FALLBACK
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="icon" {spoken}><use href="{address("icons.svg")}#{known}"/></svg>')


def bar(value: float, of: float, kind: str = "fill") -> Markup:
    """Return a bar that is ``value`` of ``of`` long; decoration, the figures stand beside it in words."""
    share = 0 if of <= 0 else max(0.0, min(1.0, value / of))
    fill = f'<rect class="bar-{escape(kind)}" width="{share:.1%}" height="8" rx="4"/>' if share else ""
    track = '<rect class="bar-track" width="100%" height="8" rx="4"/>'
    return Markup(f'<svg class="bar" height="8" aria-hidden="true">{track}{fill}</svg>')

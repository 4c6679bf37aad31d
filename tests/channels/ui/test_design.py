"""The design's own promises: nothing inline, nothing from elsewhere, every icon there, colours that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongban.channels.ui import assets, icons
from tongban.channels.ui.environment import speaking
from tongban.runtime.environment import ROOT

TEMPLATES = {
    path.relative_to(ROOT): path.read_text("utf-8")
    for path in sorted((ROOT / "tongban" / "channels").glob("*/templates/**/*.html"))
}
TOKENS = (assets.STATIC / "css" / "10-tokens.css").read_text("utf-8")


def found(pattern: str) -> dict[Path, set[str]]:
    """Return what a pattern finds, by template."""
    assert TEMPLATES
    return {path: some for path, text in TEMPLATES.items() if (some := set(re.findall(pattern, text)))}


def test_no_script_and_no_style_stands_in_a_page() -> None:
    """The content policy would refuse it."""
    assert found(r"\son[a-z]+=|\sstyle=|<style|<script(?! src)|javascript:") == {}


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert found(r'(?:src|<link[^>]*href)="(https?:[^"]+)"') == {}


def test_the_style_sheet_loads_nothing() -> None:
    assert not re.search(rb"@import|url\((?!data:)", assets.assets()["tongban.css"].body)


def test_every_icon_named_in_a_page_is_in_the_sprite() -> None:
    named = found(r'icon\("([a-z0-9-]+)"')

    assert {path: missing for path, some in named.items() if (missing := some - icons.names())} == {}


def test_an_unknown_icon_is_shown_as_a_sheet_of_paper() -> None:
    assert "#file-text" in icons.icon("no-such-icon")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_template_can_be_read(language: str) -> None:
    environment = speaking(language)
    for name in environment.list_templates():
        if name.endswith((".html", ".xml")):
            environment.get_template(name)


def test_bars_never_leave_their_track() -> None:
    assert 'width="38.7%"' in icons.bar(12, 31)
    assert 'width="100.0%"' in icons.bar(9, 3)
    assert "bar-fill" not in icons.bar(0, 3)
    assert "bar-fill" not in icons.bar(1, 0)


def test_text_can_be_read_on_every_ground() -> None:
    """WCAG 1.4.3: 4.5 to 1, in light and in dark."""
    light, dark = (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", block)) for block in _blocks())
    for tokens in (light, dark):
        for text in ("ink", "ink-2", "action", "good", "near", "seal"):
            for ground in ("paper", "ground"):
                assert contrast(tokens[text], tokens[ground]) >= 4.5, (text, ground)
        assert contrast(tokens["on-action"], tokens["action"]) >= 4.5
        assert contrast(tokens["action"], tokens["pale"]) >= 4.5


def _blocks() -> tuple[str, str]:
    light = TOKENS.partition(":root {")[2].partition("}")[0]
    dark = TOKENS.partition(':root[data-theme="dark"] {')[2].partition("}")[0]
    return light, dark


def contrast(one: str, other: str) -> float:
    """Return how strongly two colours differ (WCAG 2)."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

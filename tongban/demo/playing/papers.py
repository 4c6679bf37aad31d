"""The papers that people of the demonstration hand in: one page that says what it stands for."""

from __future__ import annotations

import json
from functools import cache

import typst

PAGE = """
#set page(paper: "a4", margin: 2.5cm)
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), lang: "zh", size: 12pt)
#let said = json(bytes(sys.inputs.said))
#v(4cm)
#align(center, text(22pt, said.name))
#v(1cm)
#align(center, text(fill: rgb("#595959"), said.note))
#v(2cm)
#for number in range(6) { line(length: 100%, stroke: 0.5pt + rgb("#b3b3b3")); v(0.9cm) }
"""
NOTE = "演示材料：内容是编造的，只为演示；不代表任何真实的人和单位"


@cache
def paper(name: str) -> bytes:
    """Return a page with this title as a PDF; the same title gives the same page, drawn once."""
    said = json.dumps({"name": name, "note": NOTE}, ensure_ascii=False)
    return bytes(typst.compile(PAGE.encode(), format="pdf", sys_inputs={"said": said}))

"""The round red picture of a seal: the body's name along the rim, a star, and that it is a demonstration."""

from __future__ import annotations

from functools import lru_cache

import typst

SEAL_RED = "#c22a2a"
DIAMETER_MM = 40
FONTS = ("Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC", "Noto Sans CJK SC")

# The name comes in as data, never as text of the program.
PROGRAM = """
#let red = rgb(sys.inputs.red)
#let signs = sys.inputs.name.clusters()
#let count = signs.len()
#set page(width: %(size)smm, height: %(size)smm, margin: 0mm, fill: none)
#set text(fill: red, font: (%(fonts)s), lang: "zh", weight: "bold")
#let size = calc.min(4.6mm, 62mm / calc.max(count, 1))
#let step = calc.min(34deg, 250deg / calc.max(count, 2))
#place(center + horizon, circle(radius: %(radius)smm, stroke: 0.9mm + red))
#for (place-of, sign) in signs.enumerate() {
  let turn = (place-of - (count - 1) / 2) * step
  place(center + horizon, rotate(turn, box(width: 38mm, height: 36mm, align(center + top, text(size: size, sign)))))
}
#let corner(k) = {
  let r = if calc.even(k) { 6mm } else { 2.3mm }
  let a = 36deg * k
  (6mm + r * calc.sin(a), 6mm - r * calc.cos(a))
}
#place(center + horizon, box(width: 12mm, height: 12mm, place(top + left, polygon(
  fill: red, ..range(10).map(corner)))))
#place(center + bottom, dy: -6.5mm, text(size: 2.7mm, sys.inputs.under))
"""


@lru_cache(maxsize=512)
def seal_picture(name: str, under: str = "演示") -> bytes:
    """Return the picture as a PDF of one page, as wide and high as the seal."""
    program = PROGRAM % {
        "size": DIAMETER_MM,
        "radius": DIAMETER_MM / 2 - 0.6,
        "fonts": ", ".join(f'"{font}"' for font in FONTS),
    }
    inputs = {"name": name, "under": under, "red": SEAL_RED}
    made = typst.compile(program.encode(), format="pdf", sys_inputs=inputs, pdf_tags=False)
    assert isinstance(made, bytes)  # noqa: S101 - without an output file, bytes come back
    return made

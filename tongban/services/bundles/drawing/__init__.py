"""The path of a bundle as a drawing: lanes by department, working days across.

The grammar (rows are departments, columns working days): blue is the longest line, pale runs at the same
time, ink is the applicant's turn, dots wait for another, a joint visit is one block across its lanes, and
one block hands over everything. On a phone the drawing turns 90°. Colours and type come from the style
sheet by class, so dark mode and high contrast hold; nothing here is a style. Beside every drawing the page
shows a table: the drawing's own description says the same in words.

Pure: from what the compiler answered to a text of SVG.
"""

from tongban.services.bundles.drawing.phone import lanes_phone
from tongban.services.bundles.drawing.wide import lanes

__all__ = ["lanes", "lanes_phone"]

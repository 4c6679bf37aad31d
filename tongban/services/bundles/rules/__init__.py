"""The compiler: from the items that the answers choose to one form, one list and one path.

Pure functions over the words of the catalogue; no Django, clock or database. How everything is counted,
and which law stands behind each saving, is told in docs/reference/bundles.md.

- ``answers``   fills in and checks what a person answered
- ``filling``   what the answers write into the form
- ``chosen``    which items apply, and what each asks when done alone
- ``papers``    which papers are still needed, and why the others are not
- ``schedule``  the order, the longest line, the joint check
- ``counts``    savings in checks, days, trips, fields and licences
- ``words``     the sentences, and how a law is cited
- ``soundness`` what is wrong with a bundle whatever the answers are
"""

from tongban.services.bundles.rules.answers import answer_problems, fill_answers, read_answer, read_answers
from tongban.services.bundles.rules.compiler import compile_bundle
from tongban.services.bundles.rules.filling import filled
from tongban.services.bundles.rules.soundness import bundle_problems
from tongban.services.bundles.rules.words import SENTENCES, cite, spoken

__all__ = [
    "SENTENCES",
    "answer_problems",
    "bundle_problems",
    "cite",
    "compile_bundle",
    "fill_answers",
    "filled",
    "read_answer",
    "read_answers",
    "spoken",
]

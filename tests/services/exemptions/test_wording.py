"""A reason that was kept is read again as the sentence that it was."""

from __future__ import annotations

import pytest

from tongban.services.exemptions import queries
from tongban.services.exemptions.wording import SENTENCES

VALUES = {"item": "食品经营许可（新办）", "label": "身份证", "provider": "公安局", "fields": "姓名、号码"}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_reason_is_known_again(sentence: str) -> None:
    found = queries.sentence_of(sentence.format(**VALUES))
    assert found is not None and found[0] == sentence
    assert all(VALUES[place] == said for place, said in found[1].items())
    assert sentence.format(**found[1]) == sentence.format(**VALUES)


def test_somebody_elses_words_are_no_sentence_of_ours() -> None:
    assert queries.sentence_of("<b>窗口写的</b>") is None

"""One city and a district's node for all tests that kill or deceive them: to open them takes longer than the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.exchanging.run import Setting, opened
from tongban.runtime.processes import free_port


@pytest.fixture(scope="package")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with opened(tmp_path_factory.mktemp("exchanging") / "city", free_port(18970)) as made:
        yield made

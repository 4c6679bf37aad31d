from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_database_answers_in_utf8() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper('straße'), current_setting('server_encoding')")
        assert cursor.fetchone() == ("STRAßE", "UTF8")

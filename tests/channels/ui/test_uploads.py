"""Bodies that are too large are refused at the door, before a byte is read."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from tongban.channels.ui.middleware import LARGEST_REQUEST, PageMiddleware


class Unread:
    """A body that must not be read."""

    def read(self, size: int = -1) -> bytes:
        pytest.fail("the body was read")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("length", "status"), [(str(LARGEST_REQUEST + 1), 413), ("200000000", 413), ("-5", 400), ("x", 400)]
)
def test_a_body_that_is_too_large_is_refused_unread(length: str, status: int) -> None:
    request = RequestFactory().post("/apply", CONTENT_TYPE="multipart/form-data; boundary=x")
    request.META |= {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    answer = PageMiddleware(lambda request: pytest.fail("a view was asked"))(request)
    assert answer.status_code == status

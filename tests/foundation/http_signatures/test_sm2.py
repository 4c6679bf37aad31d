"""SM2 by both libraries alike: the example of the standard, what the other has signed, what is no signature."""

from __future__ import annotations

import gmssl_pyx
import pytest
from gmssl_pyx import sm2_key_generate

from tongban.foundation.http_signatures import sm2

DATA = b"message digest"
PUBLIC = sm2.POINT + bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
DIGEST = bytes.fromhex("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640")
R = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
S = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
"""GB/T 32918.5, A.2: the example of a signature over the recommended curve."""
VALUE = bytes.fromhex(f"3046022100{R}022100{S}")


def openssl() -> sm2.OpenSSL:
    try:
        return sm2.OpenSSL()
    except (AttributeError, ImportError, OSError, ValueError):
        pytest.skip("the OpenSSL of this Python has no SM2")


def both() -> list[sm2.Verifier]:
    return [sm2.by_gmssl, openssl().verify]


def test_the_example_of_the_standard() -> None:
    assert sm2.digest(PUBLIC, DATA) == DIGEST
    for verify in both():
        assert verify(PUBLIC, DIGEST, VALUE)
        assert not verify(PUBLIC, DIGEST, VALUE[:-1] + b"\xab")


def test_what_gmssl_has_signed_by_itself_holds_and_the_other_way_round() -> None:
    point, private = sm2_key_generate()
    public = sm2.POINT + point
    assert sm2.verify(public, DATA, gmssl_pyx.sm2_sign(private, point, DATA))
    value = sm2.sign(private, public, DATA)
    assert gmssl_pyx.sm2_verify(point, DATA, value)
    assert not sm2.verify(public, DATA + b"x", value)
    assert not sm2.verify(PUBLIC, DATA, value)


@pytest.mark.parametrize(
    "value", [b"", b"\x30", VALUE[:-1], VALUE + b"\0", b"\x30\x06\x02\x01\x00\x02\x01\x01", b"\xff" * 72]
)
def test_what_is_no_signature(value: bytes) -> None:
    for verify in both():
        assert not verify(PUBLIC, DIGEST, value)


@pytest.mark.parametrize("public", [b"", PUBLIC[1:], PUBLIC[:-1] + b"\x14", PUBLIC + b"\0"])
def test_what_is_no_key(public: bytes) -> None:
    assert not sm2.is_point(public)
    with pytest.raises(ValueError):
        openssl().verify(public, DIGEST, VALUE)

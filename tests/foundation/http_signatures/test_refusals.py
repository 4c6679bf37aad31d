"""What is altered, repeated, too old, half signed or written ambiguously is refused, each with its own code."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.foundation.http_signatures import algorithms, operations, queries
from tongban.foundation.http_signatures.digests import check_digest, content_digest
from tongban.foundation.http_signatures.lines import signature_base
from tongban.foundation.http_signatures.types import ALGORITHMS, ED25519, Key, Message, Policy
from tongban.kernel.errors import Failure

NOW = 1_790_000_000
BODY = b'{"name": "\xe5\xbc\xa0"}'
POLICY = Policy(prefixes=("x-road-",))
COVERED = ("@method", "@authority", "@path", "@query", "x-road-client", "x-road-id")
PAIRS = {algorithm: operations.make_pair(algorithm) for algorithm in ALGORITHMS}
MESSAGE = Message(
    {"x-road-client": "SH/GOV/scjg/desk", "x-road-id": "1", "content-type": "application/json"},
    method="POST",
    authority="city.example",
    path="/r1/SH/GOV/gaj/people/person",
    query="name=%E5%BC%A0",
)


def key_of(algorithm: str = ED25519) -> Key:
    return Key("k", algorithm, PAIRS[algorithm][1])


def signed(message: Message = MESSAGE, body: bytes = BODY, **changes: object) -> Message:
    algorithm = str(changes.pop("by", ED25519))
    asked = {"components": COVERED, "key": "k", "created": NOW, "nonce": "0123456789abcdef"} | changes
    made = operations.signed_headers(message, body, private=PAIRS[algorithm][0], **asked)  # type: ignore[arg-type]
    return replace(message, headers={**message.headers, **made})


def verdict(message: Message, body: bytes = BODY, *, key: Key | None = None, moment: float = NOW) -> str:
    """Return the code of the refusal, empty when the message is good."""
    keys = {"k": key or key_of()}
    try:
        queries.verified(message, body, find_key=keys.get, policy=POLICY, moment=moment)
    except Failure as failure:
        return failure.code
    return ""


def changed(message: Message, **headers: str | None) -> Message:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(
        message,
        headers={name: value for name, value in (message.headers | named).items() if value is not None},
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_was_signed_is_good(algorithm: str) -> None:
    message = signed(by=algorithm, algorithm=algorithm)
    assert verdict(message, key=key_of(algorithm)) == ""
    assert verdict(message, key=Key("k", algorithm, operations.make_pair(algorithm)[1])) == "signature-wrong"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("value", [b"", b"\x00" * 64, b"\xff" * 64, b"\x30\x06\x02\x01\x01\x02\x01\x01"])
def test_no_signature_is_made_up(algorithm: str, value: bytes) -> None:
    assert not algorithms.verify(key_of(algorithm), b"base", value)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"authority": "other.example"},
        {"path": "/r1/SH/GOV/gaj/people/company"},
        {"path": "/r1/SH/GOV/gaj/people/person/"},
        {"query": "name=%E6%9D%8E"},
        {"query": ""},
    ],
)
def test_an_altered_line_is_refused(change: dict[str, str]) -> None:
    assert verdict(replace(signed(), **change)) == "signature-wrong"


def test_an_altered_body_is_refused() -> None:
    assert verdict(signed(), BODY + b" ") == "digest-wrong"
    assert verdict(signed(), b"") == "digest-wrong"
    other = changed(signed(), content_digest=content_digest(b"other"))
    assert verdict(other, b"other") == "signature-wrong"
    assert verdict(changed(signed(), content_digest=None)) == "digest-missing"
    assert verdict(signed(body=b"")) == "signature-coverage", "a body added to what was signed without one"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("md5=:XrY7u+Ae7tCTyyK7j1rNww==:", "digest-missing"),
        ("sha-256=abc", "digest-missing"),
        ("", "digest-missing"),
        ("sha-256=:AAAA:", "digest-wrong"),
        (f"{content_digest(BODY)}, {content_digest(b'', 'sha-512')}", "digest-wrong"),
        (f"{content_digest(BODY)}, {content_digest(BODY)}", "digest-missing"),
    ],
)
def test_digests_that_do_not_do(header: str, code: str) -> None:
    with pytest.raises(Failure) as refused:
        check_digest(BODY, header)
    assert refused.value.code == code


def test_digests_that_do() -> None:
    """RFC 9530, Appendix B.1: {"hello": "world"} with a line feed; and among others, an unknown one."""
    hello = b'{"hello": "world"}\n'
    sha256 = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert content_digest(hello) == sha256
    check_digest(hello, sha256)
    check_digest(hello, f"unixsum=1, {content_digest(hello, 'sha-512')},{sha256}")


def test_a_header_that_counts_must_be_signed() -> None:
    """The front of a header smuggled in past the signature: added, or signed under another name."""
    assert verdict(changed(signed(), x_road_userid="CN1")) == "signature-coverage"
    short = signed(components=("@method", "@authority", "@path", "@query", "x-road-id"))
    assert verdict(short) == "signature-coverage"
    assert verdict(signed(components=("@method", "@authority", "@path"))) == "signature-coverage"


def test_a_header_sent_twice_is_not_the_one_that_was_signed() -> None:
    for joint in (", ", ","):
        twice = changed(signed(), x_road_client=f"SH/GOV/scjg/desk{joint}SH/GOV/gaj/desk")
        assert verdict(twice) == "signature-wrong"


@pytest.mark.parametrize("value", ["a\nb", "a\r\n b", "a\x00b", "张", "a\x7fb"])
def test_a_header_that_is_none_is_refused(value: str) -> None:
    """A folded line (obs-fold), a control character, other than ASCII: readers would not agree on it."""
    assert verdict(changed(signed(), x_road_id=value)) == "header-not-clean"


def test_a_header_that_came_empty_is_named() -> None:
    """A server may give what is not ASCII as an empty value: whoever signed it would look for another mistake."""
    assert verdict(changed(signed(), x_road_id="")) == "header-came-empty"
    assert verdict(signed(changed(MESSAGE, x_road_id=""))) == "", "what was signed empty and came so is good"
    assert verdict(changed(signed(), x_road_id="other")) == "signature-wrong"


def test_a_key_that_nobody_has_is_not_told_without_end() -> None:
    with pytest.raises(Failure) as refused:
        queries.verified(signed(key="x" * 3000), BODY, find_key=lambda _: None, policy=POLICY, moment=NOW)
    assert len(str(refused.value.values["key"])) <= 200


@pytest.mark.parametrize(
    ("age", "code"),
    [(0, ""), (300, ""), (301, "signature-too-old"), (-60, ""), (-61, "signature-from-the-future")],
)
def test_a_wrong_clock_is_refused(age: int, code: str) -> None:
    assert verdict(signed(), moment=NOW + age) == code


def test_an_expired_signature_is_refused() -> None:
    assert verdict(signed(expires=NOW + 10), moment=NOW + 9) == ""
    assert verdict(signed(expires=NOW + 10), moment=NOW + 10) == "signature-expired"
    assert verdict(signed(expires=NOW + 10), moment=NOW + 301) == "signature-too-old"


@pytest.mark.parametrize("nonce", [None, "", "short", "x" * 65, "with space in it"])
def test_a_number_used_once_is_wanted(nonce: str | None) -> None:
    assert verdict(signed(nonce=nonce)) == "signature-parameter"


def test_unknown_key_and_other_algorithm() -> None:
    assert verdict(signed(key="other")) == "signature-key"
    assert verdict(signed(algorithm="rsa-pss-sha512")) == "signature-algorithm"
    assert verdict(signed(algorithm="hmac-sha256")) == "signature-algorithm"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (None, "signature-missing"),
        ("", "signature-missing"),
        ("sig", "signature-malformed"),
        ("sig=()", "signature-parameter"),
        ("sig=(;", "signature-malformed"),
        ('other=("@method");created=1;keyid="k"', "signature-not-one"),
        ('sig=("@method");created=1, sig=("@path");created=1', "signature-not-one"),
        ('sig=("@method");created=1, b=("@path");created=1', "signature-not-one"),
        (f'sig=("@method");created={NOW};created=1;keyid="k"', "signature-malformed"),
        (f'sig=("@method");created="{NOW}";keyid="k"', "signature-parameter"),
        (f'sig=("@method");created={NOW}.5;keyid="k"', "signature-parameter"),
        (f'sig=("@method");created={NOW};keyid=k', "signature-parameter"),
        (f'sig=("@method");created={NOW};keyid', "signature-parameter"),
        (f"sig=(method);created={NOW}", "signature-malformed"),
        (f'sig=("签名");created={NOW}', "signature-malformed"),
    ],
)
def test_what_can_not_be_read_is_refused(said: str | None, code: str) -> None:
    assert verdict(changed(signed(), signature_input=said)) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "signature-missing"),
        ("sig=:AAAA", "signature-malformed"),
        ("sig=:A:", "signature-malformed"),
        ("sig=AAAA", "signature-malformed"),
        ("sig=:AAAA:, sig=:AAAA:", "signature-not-one"),
        ("sig=:AAAA:", "signature-wrong"),
    ],
)
def test_values_that_can_not_be_read_are_refused(value: str | None, code: str) -> None:
    assert verdict(changed(signed(), signature=value)) == code


@pytest.mark.parametrize(
    "component",
    [
        '"x-absent"',
        '"@status"',
        '"@unknown"',
        '"@signature-params"',
        '"x-road-id";sf',
        '"x-road-id";bs',
        '"x-road-id";req',
        '"@query-param";name="absent"',
        '"@method";req',
    ],
)
def test_components_that_there_are_not(component: str) -> None:
    said = signed().headers["signature-input"].replace('"content-digest")', f'"content-digest" {component})')
    assert verdict(changed(signed(), signature_input=said)) == "signature-component"


def test_a_component_named_twice_is_refused() -> None:
    said = signed().headers["signature-input"].replace('"@method"', '"@method" "@method"')
    assert verdict(changed(signed(), signature_input=said)) == "signature-component"


def test_a_parameter_asked_for_twice_is_ambiguous() -> None:
    message = Message({}, query="a=1&a=2")
    with pytest.raises(Failure) as refused:
        signature_base(message, ['"@query-param";name="a"'], "()")
    assert refused.value.code == "signature-component"


@pytest.mark.slow
@given(st.text(max_size=200), st.text(max_size=120))
def test_whatever_is_sent_is_refused_and_nothing_breaks(said: str, value: str) -> None:
    assert verdict(changed(signed(), signature_input=said, signature=value)) != ""


@given(st.binary(min_size=64, max_size=64))
def test_a_guess_is_wrong(value: bytes) -> None:
    assert verdict(changed(signed(), signature=f"sig=:{b64encode(value).decode()}:")) == "signature-wrong"

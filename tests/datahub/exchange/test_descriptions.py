"""Services by their OpenAPI file: read with all that is wrong, published, held to it, told to consumers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import described as pets
from tests.factories import exchange
from tests.factories.described import PETS, PROVIDER, petstore, text_of
from tests.factories.exchange import CONSUMER, NUMBER, Caller, encoded
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.errors import BadDescription
from tongban.datahub.exchange.providers import upstream
from tongban.datahub.exchange.rules import paths
from tongban.datahub.exchange.rules.openapi import describing, reading, writing
from tongban.datahub.exchange.rules.openapi.describing import Described, spelt
from tongban.kernel import clock

FIELDS = [field["code"] for field in pets.FIELDS]
ADDRESS = f"/r1/{PROVIDER}/{PETS}"


def described(text: bytes, **more: Any) -> Described:
    return describing.describe(reading.read(text), fields=FIELDS, **more)


def said(found: Described) -> list[tuple[int, str]]:
    return [(one.line, one.sentence.format(**one.values)) for one in found.errors]


# Reading


def test_a_file_says_what_may_be_asked_and_what_comes_back() -> None:
    found = described(text_of(petstore()))
    assert found.errors == []
    assert (found.title, found.server) == ("Pets", "http://127.0.0.1:9/store")
    assert found.paths == (
        "GET /v2/pets",
        "POST /v2/pets",
        "GET /v2/pets/{petId}",
        "PUT /v2/pets/{petId}",
        "DELETE /v2/pets/{petId}",
        "GET /v2/pets/search",
    )
    assert found.parameters == (
        "term", "chip-number", "owner-id-number", "petId", "chipNumber", "name",
    )  # fmt: skip
    assert found.renames == {"chipNumber": "chip-number", "vaccinatedOn": "vaccinated-on"}
    notes = {one.values["name"] for one in found.findings}
    assert notes == {"photoUrls", "owner-id-number"}, "one never leaves, one is never given"


def test_json_is_read_as_well() -> None:
    text = json.dumps(petstore(), indent=1).encode()
    assert described(text).paths == described(text_of(petstore())).paths
    wrong = text.replace(b'"openapi": "3.0.0"', b'"openapi": "2.0.0"')
    assert said(described(wrong)) == [(2, "只读取 OpenAPI 3.0 和 3.1，这里写的是“2.0.0”。")]


WRONG = b"""openapi: 3.2.0
info: {title: Pets}
servers:
  - {url: "https://{host}/"}
paths:
  pets:
    get: {}
  /pets/{id}:
    get:
      parameters:
        - {name: "wrong name", in: query}
        - {$ref: "https://example.org/other.yaml#/a"}
        - {$ref: "#/components/parameters/gone"}
      responses:
        "200":
          content:
            application/json: {schema: {type: string}}
"""


def test_all_that_is_wrong_is_said_at_once_with_its_line() -> None:
    found = described(WRONG, subject="number", mapped={"a": "no-field"})
    assert said(found) == [
        (1, "只读取 OpenAPI 3.0 和 3.1，这里写的是“3.2.0”。"),
        (1, "数据资源没有信息项“no-field”。"),
        (2, "缺少“info.version”。"),
        (3, "须恰好有一个服务器地址（http 或 https，不含变量），或者用 --server 指定。"),
        (5, "没有参数“number”。"),
        (6, "路径“pets”的写法不对。"),
        (9, "路径参数“id”没有说明。"),
        (10, "参数“wrong name”的名称不能用：只能是字母、数字、下划线和连字符。"),
        (12, "引用“https://example.org/other.yaml#/a”不在本文件之内，不会去读取。"),
        (13, "引用“#/components/parameters/gone”在本文件中没有对应的内容。"),
        (15, "GET /pets/{id} 的应答不是 JSON 对象或者对象的列表，无法按授权裁剪，不能发布。"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (b"a: 1\nb: [1\n", 3, reading.MSG_NOT_READ),
        (b"{\n 1,\n}", 2, reading.MSG_NOT_READ),
        (b'{"a": 1,}', 1, reading.MSG_NOT_READ),
        (b"a: \xff", 1, reading.MSG_NOT_READ),
        (b"a: &x 1\nb: *x\n", 1, reading.MSG_ALIAS),
        (b"a: 1\na: 2\n", 2, reading.MSG_TWICE),
        (b"[" * 100 + b"]" * 100, 1, reading.MSG_TOO_DEEP),
        (b" " * 1_000_001, 1, reading.MSG_TOO_LARGE),
    ],
)
def test_files_that_can_not_be_read(text: bytes, line: int, sentence: str) -> None:
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(text)
    assert (refused.value.finding.line, refused.value.finding.sentence) == (line, sentence)


@given(st.binary(max_size=200))
def test_whatever_is_in_a_file_is_read_or_refused(text: bytes) -> None:
    try:
        found = described(text)
    except reading.Unreadable:
        return
    assert found.errors


def test_scalars_are_what_json_makes_of_them() -> None:
    text = b'a: 1.50\nb: no\nc: 2026-01-01\nd: true\ne: null\nf:\ng: "1"\nh: 0x10\ni: .inf\n'
    assert reading.read(text).data == {
        "a": 1.5, "b": "no", "c": "2026-01-01", "d": True, "e": None, "f": None, "g": "1", "h": "0x10", "i": ".inf",
    }  # fmt: skip


def test_references_that_go_round_end() -> None:
    document = petstore()
    document["components"]["schemas"]["Pet"] = {"$ref": "#/components/schemas/Other"}
    document["components"]["schemas"]["Other"] = {"$ref": "#/components/schemas/Pet"}
    assert any("没有对应的内容" in sentence for _, sentence in said(described(text_of(document))))
    document["components"]["schemas"]["Pet"] = {"allOf": [{"$ref": "#/components/schemas/Pet"}]}
    assert said(described(text_of(document))), "and is no object"


def test_parts_that_hold_each_other_many_times_over_end() -> None:
    document = petstore()
    itself = {"$ref": "#/components/schemas/Pet"}
    document["components"]["schemas"]["Pet"] = {"type": "object", "allOf": [itself] * 50}
    assert described(text_of(document)).errors, "and can not be cut to fields"


@pytest.mark.parametrize(
    ("name", "code"),
    [("companyName", "company-name"), ("company_name", "company-name"), ("URLOfIt", "url-of-it"), ("a", "a")],
)
def test_names_as_fields_are_spelt(name: str, code: str) -> None:
    assert spelt(name) == code


def test_a_server_of_ones_own_choice_and_names_of_ones_own() -> None:
    document = petstore()
    del document["servers"]
    found = described(text_of(document), server="https://pets.example/v1", mapped={"photoUrls": "status"})
    assert (found.errors, found.server) == ([], "https://pets.example/v1")
    assert found.renames["photoUrls"] == "status"


def test_credentials_are_not_passed_on_and_that_is_said() -> None:
    document = petstore() | {"security": [{"key": []}]}
    (note,) = [
        one for one in described(text_of(document)).findings if one.sentence == describing.MSG_NO_CREDENTIALS
    ]
    assert not note.is_error


# Paths


def test_paths_and_their_places() -> None:
    may = ("GET /people/{number}", "GET /people/search", "POST /a.b/{x}/c{y}.json")
    assert paths.find(may, "GET", "/people/1") == {"number": "1"}
    assert paths.find(may, "GET", "/people/search") == {}
    assert paths.find(may, "POST", "/a.b/1/c2.json") == {"x": "1", "y": "2"}
    for method, path in (
        ("POST", "/people/1"), ("GET", "/people"), ("GET", "/people/1/2"), ("GET", "/people/"), ("GET", ""),
        ("POST", "/aXb/1/c2.json"), ("get", "/people/1"), ("GET", "/people/1\n"),
    ):  # fmt: skip
        assert paths.find(may, method, path) is None, (method, path)
    assert paths.find(("GET /",), "GET", "") == {}


@pytest.mark.parametrize(
    "asks", ["GET people", "get /a", "GET /a?b", "GET /{a", "GET /a}", "GET /{a}/{a}", "GET /../a", "TRACE /a", f"GET /{'a' * 300}"]
)  # fmt: skip
def test_what_is_no_path(asks: str) -> None:
    assert not paths.is_template(asks)


# Published


class Store:
    """The department's system: notes what reaches it, and answers with one pet."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def __call__(self, service: Any, call: Any, address: str) -> tuple[int, bytes]:
        self.seen.append((call.message.method, address))
        pet = {"chipNumber": "1124", "name": "Siddu", "photoUrls": [], "vaccinatedOn": "2026-01-01"}
        return 200, json.dumps(pet).encode()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    made = Store()
    monkeypatch.setattr(upstream, "_sent", made)
    return made


@pytest.fixture
def caller(db: None) -> Caller:
    pets.make_catalogue()
    pets.publish(petstore())
    exchange.make_grant(("chip-number", "name"), service=PETS, resource=PETS)
    return exchange.make_caller()


def test_fields_come_back_under_the_names_of_the_catalogue(caller: Caller, store: Store) -> None:
    answer = caller.call(f"{ADDRESS}/v2/pets/1124")
    assert json.loads(answer.body) == {"rows": [{"chip-number": "1124", "name": "Siddu"}]}
    assert store.seen == [("GET", "http://127.0.0.1:9/store/v2/pets/1124")]


def test_what_the_file_does_not_name_can_not_be_asked(caller: Caller, store: Store) -> None:
    for address, body in (("/v2/pets/1/owner", b""), ("", b""), ("/v2/pets/1", b"{}"), ("/admin", b"")):
        answer = caller.call(f"{ADDRESS}{address}", body)
        assert json.loads(answer.body)["type"] == "Client.InvalidRequest"
        assert json.loads(answer.body)["code"] == "no-such-path"
    assert store.seen == [], "nothing reached the department"
    assert len(queries.exchanges_of(CONSUMER)) == 4, "and it is on record"


def test_words_in_a_path_reach_the_department_as_they_were(caller: Caller, store: Store) -> None:
    caller.call(f"{ADDRESS}/v2/pets/{encoded('小白 1%2')}")
    assert store.seen == [("GET", f"http://127.0.0.1:9/store/v2/pets/{encoded('小白 1%2')}")]


def test_whose_data_it_is_stands_in_the_path(caller: Caller, store: Store) -> None:
    document = petstore()
    text = json.dumps(document).replace("petId", "number").encode()
    operations.publish_described(
        provider=PROVIDER, code="owners", resource=PETS, described=described(text), content=json.loads(text),
        text=text, subject="number", by=exchange.OFFICER, at=clock.now(),
    )  # fmt: skip
    exchange.make_grant(("name",), service="owners", resource=PETS)
    address = f"/r1/{PROVIDER}/owners/v2/pets/{NUMBER}"
    assert caller.call(address).status == 200
    assert [one.service for one in queries.exchanges_about(NUMBER)] == ["owners"]
    hidden = caller.call(f"{address}?number=1")
    assert json.loads(hidden.body)["code"] == "wrong-parameters", "a second name would hide the first"
    assert len(store.seen) == 1


def test_a_description_with_errors_is_not_published(db: None) -> None:
    pets.make_catalogue()
    document = petstore()
    document["paths"] = {}
    with pytest.raises(BadDescription) as refused:
        pets.publish(document)
    assert refused.value.findings
    assert queries.find_description(PROVIDER, PETS) is None


def test_what_a_new_description_changes(caller: Caller) -> None:
    document = petstore()
    item = document["paths"]["/v2/pets/{petId}"]
    del item["delete"]
    item["parameters"].append({"name": "day", "in": "query", "required": True, "schema": {}})
    document["components"]["schemas"]["Pet"]["properties"].pop("status")
    document["components"]["schemas"]["Pet"]["properties"]["colour"] = {"type": "string"}
    document["paths"]["/v2/shops"] = {"get": {"responses": pets.answer(pets.pet_schema())}}
    found = queries.changes_of_description(PROVIDER, PETS, described(text_of(document)))
    words = {(one.is_error, one.sentence.format(**one.values)) for one in found}
    assert (True, "不再有操作 DELETE /v2/pets/{petId}。") in words
    assert (True, "GET /v2/pets/{petId} 不再给出“status”。") in words
    assert (True, "GET /v2/pets/{petId} 新增参数“day”。") in words
    assert (False, "GET /v2/pets 新增给出“colour”。") in words
    assert (False, "新增操作 GET /v2/shops。") in words
    assert queries.changes_of_description(PROVIDER, PETS, described(text_of(petstore()))) == []


# X-Road's metadata services


def metadata(caller: Caller, address: str, **changes: Any) -> tuple[int, Any]:
    answer = caller.call(f"/r1/{PROVIDER}/{address}", **changes)
    return answer.status, json.loads(answer.body)


def test_list_methods(caller: Caller) -> None:
    """PR-MREST, annex B.1: its words, its shape."""
    exchange.make_service()
    status, found = metadata(caller, "listMethods")
    assert status == 200
    person, pet = found["service"]
    assert person["service_code"], pet["service_code"] == ("person", PETS)
    instance, kind, member, subsystem = PROVIDER.split("/")
    by_code = {one["service_code"]: one for one in found["service"]}
    assert {name: value for name, value in by_code[PETS].items() if name != "endpoint_list"} == {
        "object_type": "SERVICE", "xroad_instance": instance, "member_class": kind, "member_code": member,
        "subsystem_code": subsystem, "service_code": PETS, "service_type": "OPENAPI",
    }  # fmt: skip
    assert {"method": "GET", "path": "/v2/pets/*"} in by_code[PETS]["endpoint_list"]
    assert by_code["person"]["endpoint_list"] == [{"method": "GET", "path": "/"}]


def test_allowed_methods_are_those_of_ones_grants(caller: Caller) -> None:
    exchange.make_service()
    assert [one["service_code"] for one in metadata(caller, "allowedMethods")[1]["service"]] == [PETS]
    from tongban.datahub.resources import models

    models.Grant.objects.update(valid_from=dt.date(2020, 1, 1), until=dt.date(2020, 1, 2))
    assert metadata(caller, "allowedMethods") == (200, {"service": []})


def test_get_open_api(caller: Caller) -> None:
    _, found = metadata(caller, f"getOpenAPI?serviceCode={PETS}")
    assert found["servers"] == [{"url": ADDRESS}], "not the address of the department's system"
    assert found["paths"].keys() == petstore()["paths"].keys()
    assert "127.0.0.1:9" not in json.dumps(found)


def test_addresses_and_credentials_are_nobody_elses_affair() -> None:
    inner = {"servers": [{"url": "http://10.0.0.7"}], "security": [{"key": []}]}
    document = petstore() | {"security": [{"key": []}]}
    document["paths"]["/v2/pets"] |= inner
    document["paths"]["/v2/pets"]["get"] |= inner
    document["components"]["pathItems"] = {"a": {"get": {**inner}}}
    document["components"]["schemas"]["Pet"]["properties"]["servers"] = {"type": "string"}
    found = writing.published(document, PROVIDER, PETS)
    assert "10.0.0.7" not in json.dumps(found)
    assert "security" not in json.dumps(found)
    assert found["components"]["schemas"]["Pet"]["properties"]["servers"] == {"type": "string"}


def test_a_description_is_written_where_there_is_none(caller: Caller) -> None:
    exchange.make_service(resource=PETS)
    _, found = metadata(caller, "getOpenAPI?serviceCode=person")
    (operation,) = found["paths"]["/"].values()
    assert [one["name"] for one in operation["parameters"]] == ["number", "X-Road-Client"]
    row = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["rows"][
        "items"
    ]
    assert list(row["properties"]) == FIELDS
    assert (
        describing.describe(reading.read(json.dumps(found).encode()), fields=FIELDS, server="http://a").errors
        == []
    )


@pytest.mark.parametrize(
    ("address", "type"),
    [
        ("getOpenAPI", "Client.InvalidRequest"),
        ("getOpenAPI?serviceCode=pets&serviceCode=pets", "Client.InvalidRequest"),
        ("getOpenAPI?other=pets", "Client.InvalidRequest"),
        ("getOpenAPI?serviceCode=gone", "Server.ServerProxy.UnknownService"),
        ("getOpenAPI?serviceCode=%00", "Client.InvalidRequest"),
        ("getOpenAPI?serviceCode=" + "x" * 5000, "Server.ServerProxy.UnknownService"),
        ("getOpenAPI?serviceCode=%ff", "Client.InvalidRequest"),
        ("listMethods/x", "Client.InvalidRequest"),
    ],
)
def test_metadata_that_is_not_asked_as_it_has_to_be(caller: Caller, address: str, type: str) -> None:
    assert metadata(caller, address)[1]["type"] == type


def test_metadata_is_for_those_who_take_part(caller: Caller) -> None:
    assert metadata(caller, "listMethods", created=1000)[1]["code"] == "signature-too-old"
    operations.revoke_key(key=caller.key, reason="x", by=exchange.OFFICER, at=clock.now())
    assert metadata(caller, "listMethods")[1]["type"] == "Server.ServerProxy.KeyRevoked"
    assert queries.exchanges_of(CONSUMER) == (), "it is no exchange of data"


def test_no_service_has_the_name_of_one_that_all_have(caller: Caller) -> None:
    from tongban.kernel.errors import Failure

    make: Callable[..., Any] = exchange.make_service
    with pytest.raises(Failure, match="code"):
        make("listMethods")

"""A department's own systems at the desk of data: keys, services, subscriptions, the log, the sandbox."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.channels.datadesk.test_statements import MOST
from tests.factories import exchange, feeds
from tests.factories.resources import MARKET, MORNING
from tests.fakes.tls_proxy import make_identity
from tongban.datahub.exchange import models, operations, queries
from tongban.datahub.exchange.providers import databases
from tongban.datahub.exchange.types import Service, ServiceKind
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import System
from tongban.datahub.subscriptions import operations as telling
from tongban.datahub.subscriptions import queries as told
from tongban.foundation.ledger import queries as ledger
from tongban.kernel.types import SYSTEM, Subject

pytestmark = pytest.mark.slow
OURS, THEIRS = "SH/GOV/market/desk", "SH/GOV/office/desk"
PAGE = f"/data/systems/{OURS}"
STRANGER = "s-cityscape"
PET = """
openapi: 3.0.3
info: {title: Checks, version: "1"}
servers: [{url: "https://checks.office.example/v1"}]
paths:
  /checks:
    get:
      parameters: [{name: shop, in: query, required: true, schema: {type: string}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object, properties: {shop: {type: string}}}}}}}
"""


def public_key() -> str:
    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def know_others() -> None:
    """Have the subsystems of another city's departments, which the factories of feeds and services are about."""
    for code in (exchange.PROVIDER, exchange.CONSUMER):
        models.Subsystem.objects.create(code=code, name=code, registered_at=MORNING)


@pytest.fixture(autouse=True)
def systems(at_desk: AtDesk) -> None:
    know_others()
    for code, name in ((OURS, "食品许可系统"), (THEIRS, "健康检查系统")):
        operations.register_subsystem(code=code, name=name, by=SYSTEM, at=MORNING)


def test_a_key_is_looked_at_registered_and_revoked(at_desk: AtDesk) -> None:
    client, pasted = at_desk(WANTING), public_key()
    id = queries.read_pasted(pasted).id
    looked = client.post(PAGE, {"key": pasted, "act": "look"}).content.decode()
    assert id in looked and queries.keys_of(OURS) == (), "looked at, not registered"
    assert client.post(PAGE, {"key": pasted, "act": "register"}).status_code == 303
    again = client.post(PAGE, {"key": pasted, "act": "register"})
    assert again.status_code == 409 and "已经登记过" in again.content.decode()
    client.post(PAGE, {"key": public_key(), "act": "register"})
    page = client.get(PAGE).content.decode()
    assert "几把密钥可以同时有效" in page and len(queries.keys_of(OURS)) == 2
    refused = client.post(f"{PAGE}/revoke", {"id": id, "why": " "})
    assert "要写明理由" in refused.content.decode()
    client.post(f"{PAGE}/revoke", {"id": id, "why": "换新"})
    (kept,) = (one for one in queries.keys_of(OURS) if one.id == id)
    assert kept.revoked_at == MORNING
    acts = {one.act: one for one in ledger.entries(Subject("exchange-key", id))}
    assert acts.keys() == {"exchange.key_registered", "exchange.key_revoked"}
    assert acts["exchange.key_revoked"].by.id == WANTING
    assert acts["exchange.key_revoked"].detail["reason"] == "换新"


def test_a_private_key_is_not_sent_back(at_desk: AtDesk) -> None:
    secret = (
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    )
    for act in ("look", "register"):
        answer = at_desk(WANTING).post(PAGE, {"key": secret, "act": act})
        said = answer.content.decode()
        assert answer.status_code == 422 and "这是私钥" in said
        assert secret.splitlines()[1] not in said
    assert queries.keys_of(OURS) == ()


def test_a_certificate_has_its_dates(at_desk: AtDesk, tmp_path: Path) -> None:
    identity = make_identity(tmp_path, "desk", begins=MORNING, days=20)
    client = at_desk(WANTING)
    client.post(PAGE, {"key": identity.certificate.read_text(), "act": "register"})
    assert "快到期" in client.get(PAGE).content.decode()


def test_a_system_is_registered_for_ones_own_department(at_desk: AtDesk) -> None:
    client = at_desk(WANTING)
    answer = client.post("/data/systems", {"code": "new", "name": "新系统"})
    assert answer["Location"] == "/data/systems/SH/GOV/market/new?done=registered"
    assert queries.get_subsystem("SH/GOV/market/new").name == "新系统"
    assert client.post("/data/systems", {"code": "a b", "name": "x"}).status_code == 422
    company = {"code": "SH/COM/example-trading/erp", "name": "某企业系统"}
    assert client.post("/data/systems", company).status_code == 422, "by whom the authority is"
    assert at_desk(AUTHORITY).post("/data/systems", company).status_code == 303
    assert queries.get_subsystem(company["code"]).name == company["name"]
    client = at_desk(WANTING)
    said = client.get("/data/systems").content.decode()
    assert "食品许可系统" in said and "健康检查系统" not in said
    assert "健康检查系统" in at_desk(AUTHORITY).get("/data/systems").content.decode()


def test_a_system_is_called_by_its_english_name_where_it_has_one(
    at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = System(
        code="food",
        name="食品许可系统",
        english="Food licences",
        department="market",
        kind="service",
        subsystem=OURS,
    )
    monkeypatch.setattr(resources, "systems", lambda department="": (listed,))
    client = at_desk(WANTING)
    for page in ("/data/systems", PAGE):
        assert ">Food licences<" in client.get(f"/en{page}").content.decode(), page
        assert "Food licences" not in client.get(page).content.decode(), page


def test_what_is_anothers_is_not_there(at_desk: AtDesk) -> None:
    """Neither seen nor done, on any page of a system; the authority sees all."""
    places = ("", "/services", "/services/query", "/subscriptions", "/log", "/sandbox")
    posts = ("", "/revoke", "/services", "/services/openapi", "/subscriptions", "/sandbox", "/sandbox/tries")
    for who in (OWNING, STRANGER):
        client = at_desk(who)
        for place in places:
            assert client.get(PAGE + place).status_code == 404, (who, place)
        for place in posts:
            assert (
                client.post(PAGE + place, {"key": public_key(), "act": "register", "why": "x"}).status_code
                == 404
            )
    assert queries.keys_of(OURS) == () and not models.TrialKey.objects.exists()
    authority, asked = at_desk(AUTHORITY), {}
    for place in places:
        with CaptureQueriesContext(connection) as statements:
            assert authority.get(PAGE + place).status_code == 200, place
        asked[place] = len(statements)
    assert max(asked.values()) <= MOST, asked
    assert authority.get("/data/systems/SH/GOV/nobody/x").status_code == 404


def test_an_openapi_file_is_previewed_and_published(at_desk: AtDesk) -> None:
    where = f"/data/systems/{THEIRS}/services/openapi"
    resource = {"resource": "health-checks", "subject": "shop"}
    client = at_desk(OWNING)
    broken = client.post(
        where, resource | {"text": PET.replace("paths:", "ways:"), "act": "publish"}
    ).content.decode()
    assert "不能发布" in broken and queries.services(THEIRS) == ()
    file = SimpleUploadedFile("checks.yaml", PET.encode(), "application/yaml")
    looked = client.post(where, resource | {"file": file, "act": "look"}).content.decode()
    assert "可以发布" in looked and "GET /checks" in looked and "checks.office.example" in looked
    assert queries.services(THEIRS) == (), "only looked at"
    refused = client.post(where, resource | {"text": PET, "act": "publish"})
    assert refused.status_code == 403 and "第一次由数据主管部门发布" in refused.content.decode()
    assert at_desk(AUTHORITY).post(where, resource | {"text": PET, "act": "publish"}).status_code == 303
    client = at_desk(OWNING)
    assert client.post(where, resource | {"text": PET, "act": "publish"}).status_code == 303, "known by now"
    (service,) = queries.services(THEIRS)
    assert (service.version, service.paths) == (2, ("GET /checks",))
    fewer = PET.replace("/checks:", "/others:")
    stopped = client.post(where, resource | {"text": fewer, "act": "publish"}).content.decode()
    assert "仍然发布" in stopped and queries.services(THEIRS)[0].version == 2
    client.post(where, resource | {"text": fewer, "act": "publish", "breaking": "yes"})
    assert queries.services(THEIRS)[0].paths == ("GET /others",)


def test_a_service_is_paused_and_goes_on(at_desk: AtDesk) -> None:
    service = Service(
        THEIRS, "checks", 0, ServiceKind.REGISTER, "public-institutions", "health-checks", ("shop",), "shop"
    )
    operations.publish_service(service=service, by=SYSTEM, at=MORNING)
    client, where = at_desk(OWNING), f"/data/systems/{THEIRS}/services"
    for is_enabled in (False, True):
        assert client.post(where, {"service": "checks", "why": "维护"}).status_code == 303
        assert queries.services(THEIRS)[0].is_enabled is is_enabled
    assert client.post(where, {"service": "others", "why": "x"}).status_code == 404


@pytest.mark.law("exchange-own-systems")
def test_nobody_publishes_from_anothers_database_or_catalogue(at_desk: AtDesk) -> None:
    where, said = (
        f"{PAGE}/services/query",
        {"text": "SELECT 1 AS shop", "database": "office", "act": "publish"},
    )
    refused = at_desk(WANTING).post(where, said | {"resource": "health-checks"})
    assert refused.status_code == 403 and "不是本部门的" in refused.content.decode()
    refused = at_desk(OWNING).post(
        f"/data/systems/{THEIRS}/services/query", said | {"resource": "health-checks", "database": "market"}
    )
    assert refused.status_code == 403 and "查询不能读它" in refused.content.decode()
    assert queries.services() == ()


@pytest.fixture
def database(settings: Any) -> Iterator[None]:
    """Have the office's own database be the one of the tests."""
    settings.DEPARTMENT_DATABASES = {"office": feeds.database_url()}
    yield
    databases._forget("office")


def test_a_query_is_run_dry(at_desk: AtDesk, database: None) -> None:
    where = f"/data/systems/{THEIRS}/services/query"
    said = {
        "resource": "health-checks", "database": "office", "parameters": "shop", "try-shop": "甲",
        "text": "SELECT %(shop)s::text AS shop, '不给看' AS secret", "act": "look",
    }  # fmt: skip
    client = at_desk(OWNING)
    page = client.post(where, said).content.decode()
    assert "试运行：1 行" in page and "不会给出去：secret" in page
    assert re.search(r"没有给出的信息项：[^<]*is-fit", page)
    assert page.count("不给看") == 1, "its place in the statement; of the answer nothing is shown"
    wrong = client.post(where, said | {"text": "SELECT nothing FROM nowhere WHERE a = %(shop)s"})
    assert wrong.status_code == 422 and "数据库不接受这条查询" in wrong.content.decode()
    assert queries.services() == ()


@pytest.fixture
def subscription(at_desk: AtDesk) -> uuid.UUID:
    feeds.make_feed()
    feeds.grant(consumer=OURS)
    feeds.publish(feeds.change(1), feeds.change(2))
    feeds.place()
    client = at_desk(WANTING)
    source = told.feeds()[0].source
    wrong = client.post(f"{PAGE}/subscriptions", {"feed": source, "address": "ftp://x", "from": "all"})
    assert wrong.status_code == 422
    client.post(f"{PAGE}/subscriptions", {"feed": source, "address": "http://127.0.0.1:9/", "from": "all"})
    return told.subscriptions_of(OURS)[0].id


def test_a_subscription_is_paused_replayed_and_ended(at_desk: AtDesk, subscription: uuid.UUID) -> None:
    client, where = at_desk(WANTING), f"{PAGE}/subscriptions/{subscription}"
    assert "还差 2 条" in client.get(f"{PAGE}/subscriptions").content.decode()
    telling.pause(subscription=subscription, by=MARKET, at=MORNING)
    client.post(where, {"act": "replay", "after": "1"})
    assert told.get_subscription(subscription).position == 1
    assert "请写明从哪里重放" in client.post(where, {"act": "replay"}).content.decode()
    assert client.post(where, {"act": "else"}).status_code == 404
    client.post(where, {"act": "end", "why": "不再需要"})
    assert told.get_subscription(subscription).state.value == "ended"
    assert at_desk(OWNING).get(where).status_code == 404


def test_an_address_is_tried_at_the_page(at_desk: AtDesk, subscription: uuid.UUID) -> None:
    client = at_desk(WANTING)
    with feeds.receiving() as receiver:
        wish = {"feed": told.feeds()[0].source, "address": receiver.address, "after": "1", "limit": "2"}
        page = client.post(f"{PAGE}/sandbox/tries", wish).content.decode()
    assert "接收了：可以正式订阅" in page and receiver.ids == [2, 3]
    assert "&#34;@method&#34;: POST" in page, "the text that was signed"
    assert receiver.events[0]["source"].startswith("/feeds/SH-TEST/")
    (tried,) = queries.trials_of(queries.twin(OURS))
    assert tried.status == 200
    with feeds.receiving(feeds.Receiver(wants="")) as receiver:
        page = client.post(f"{PAGE}/sandbox/tries", wish | {"address": receiver.address}).content.decode()
    assert "地址没有同意接收" in page


def test_a_key_for_the_sandbox(at_desk: AtDesk) -> None:
    client = at_desk(WANTING)
    assert client.post(f"{PAGE}/sandbox", {"key": public_key()}).status_code == 303
    (key,) = queries.trial_keys_of("SH-TEST/GOV/market/desk")
    assert key.id in client.get(f"{PAGE}/sandbox").content.decode()
    assert queries.keys_of(OURS) == ()


def test_the_lines_to_copy_say_what_is_registered(at_desk: AtDesk) -> None:
    """The program is Python; the command asks what the rows have."""
    service = Service(
        THEIRS, "checks", 0, ServiceKind.REGISTER, "public-institutions", "health-checks", ("shop",), "shop"
    )
    operations.publish_service(service=service, by=SYSTEM, at=MORNING)
    client = at_desk(WANTING)
    client.post(f"{PAGE}/sandbox", {"key": public_key()})
    page = html.unescape(client.get(f"{PAGE}/sandbox").content.decode())
    curl, program = re.findall(r'<pre class="scode"[^>]*>(.*?)</pre>', page, re.DOTALL)[:2]
    (key,) = queries.trial_keys_of(queries.twin(OURS))
    assert f" {key.id} " in curl and f" {queries.twin(OURS)} " in curl
    assert "/r1/SH-TEST/GOV/office/desk/checks?shop=" in curl
    compile(program, "snippet", "exec")
    assert 'client.call(\n    "SH-TEST/GOV/office/desk/checks"' in program


def test_the_log_masks_what_could_be_somebodys(at_desk: AtDesk) -> None:
    exchange.make_service()
    exchange.make_grant(consumer=OURS)
    caller = exchange.make_caller(OURS)
    number = "310101199001010014"
    answer = caller.call(
        f"{exchange.ADDRESS}?number={number}", headers={"x-road-id": "m-1", "x-road-userid": number}
    )
    assert answer.status == 200, answer.body
    client = at_desk(WANTING)
    page = client.get(f"{PAGE}/log?hours=168").content.decode()
    assert "m-1" in page and number not in page and "310*************14" in page
    assert "m-1" not in client.get(f"{PAGE}/log?outcome=failed").content.decode()
    assert "没有这样的调用" in client.get(f"{PAGE}/log?message=m-2").content.decode()

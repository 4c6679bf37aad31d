"""The examples of docs/howto/use-the-client.md, run one after the other as they stand there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.factories import described as pets
from tests.factories import exchange, feeds
from tests.fakes.wire import Wire
from tongban.datahub.exchange import operations
from tongban.datahub.exchange.operations import sealing
from tongban.kernel import clock
from tongban.runtime.environment import ROOT

TEXT = (ROOT / "docs" / "howto" / "use-the-client.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def somewhere(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files that the examples name, and a city that has what they ask for."""
    monkeypatch.chdir(tmp_path)
    feeds.make_feed()
    pets.make_catalogue(feeds.resource().model_copy(update={"system": "pet-system", "theme": "animals"}))
    pets.publish(pets.petstore())
    exchange.make_service()
    exchange.make_grant()
    feeds.publish(feeds.change(1))
    feeds.place()
    write("key.pem", exchange.make_caller().private)
    test = ec.generate_private_key(ec.SECP256R1())
    write("test-key.pem", test)
    public = test.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    operations.register_trial_key(
        subsystem="SH-TEST/GOV/scjg/desk", algorithm="ecdsa-p256-sha256", public=public,
        by=exchange.OFFICER, at=clock.now(),
    )  # fmt: skip
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), operations.node_key().public)
    Path("node.pem").write_bytes(point.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def write(name: str, private: Any) -> None:
    Path(name).write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.usefixtures("somewhere")
def test_the_examples_run_as_they_stand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, hosts=("exchange.example",))
    made: list[Wire] = []

    class Session(requests.Session):
        def __init__(self) -> None:
            super().__init__()
            made.append(Wire())
            self.mount("https://exchange.example", made[-1])

    monkeypatch.setattr(requests, "Session", Session)
    scope: dict[str, Any] = {}
    assert len(EXAMPLES) == 8, "an example was added or taken away"
    # What the test's own transaction has written is taken as certain, and counted before it is asked how it went.
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    with feeds.receiving() as receiver:
        for example in EXAMPLES:
            operations.count_exchanges(at=clock.now())
            here = example.replace("https://cases.example/changes", receiver.address)
            exec(compile(here, "use-the-client.md", "exec"), scope)
    assert receiver.ids == [1, 2, 3]
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "张三"
    assert said[2:4] == ["Client.InvalidRequest wrong-parameters", "True"]
    assert said[6] == "1", "the position after one change"
    assert "tongban.row.changed" in said[5]
    assert said[7:10] == ["61", "True True", '"@method": OPTIONS']
    assert any(one.endswith(" 200 ") for one in said[10:])
    assert said[-1].startswith("person 3 1 ")
    assert [len(one.requests) for one in made] == [2, 4, 6], "nothing is asked that is not in the examples"
    with pytest.raises(scope["NotGenuine"]):
        scope["receive"]("POST", "https://desk.example/hook", {}, b"[]", set())

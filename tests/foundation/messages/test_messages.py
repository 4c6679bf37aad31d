"""Messages on a real PostgreSQL, with a mail server that speaks SMTP: kept, delivered once, tried again."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.sms import FakeSms
from tests.fakes.smtp import FakeSmtp
from tongban.foundation.ledger.models import Record
from tongban.foundation.messages import operations, queries, registry, rules
from tongban.foundation.messages.errors import NoSuchMessage
from tongban.foundation.messages.models import AttemptRow, DeliveryRow, Message
from tongban.foundation.messages.types import Addresses, Channel, DeliveryState, Template
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LI = Subject("reader", "li")
CASE = uuid.UUID(int=7)
ACCEPTED = Template("test-accepted", "{name}已受理", "编号 {number}\n请留意进度。")
CODE = Template("test-code", "验证码", "{code}", channels=(Channel.SMS, Channel.MAIL), is_secret=True)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Subject, Addresses]]:
    known = {LI: Addresses(mail="li@example.org", phone="13800001234")}
    monkeypatch.setattr(registry, "TEMPLATES", dict(registry.TEMPLATES))
    monkeypatch.setattr(registry, "ADDRESS_BOOKS", dict(registry.ADDRESS_BOOKS))
    operations.register(ACCEPTED, CODE)
    operations.register_address_book("reader", known.get)
    return known  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def no_mail_server(settings: Any) -> None:
    settings.SMTP, settings.SMS, settings.MAIL_FROM = "", "", "noreply@example.org"


def send(to: Subject = LI) -> uuid.UUID:
    values = {"name": "食品经营许可", "number": "A1"}
    return operations.send(to=to, template="test-accepted", values=values, case=CASE, at=NOON)


def test_a_message_is_in_the_inbox_at_once_and_marked_when_read() -> None:
    id = send()
    (message,) = queries.inbox(LI)
    assert (message.id, message.title, message.body) == (id, "食品经营许可已受理", "编号 A1\n请留意进度。")
    assert (message.case, message.read_at) == (CASE, None)
    assert queries.unread_count(LI) == 1
    assert queries.inbox(LI, case=uuid.uuid4()) == ()
    assert queries.inbox(Subject("reader", "wang")) == ()
    with pytest.raises(NoSuchMessage):
        operations.mark_read(id=id, owner=Subject("reader", "wang"), at=NOON)
    operations.mark_read(id=id, owner=LI, at=NOON)
    operations.mark_read(id=id, owner=LI, at=NOON + HOUR)
    assert queries.inbox(LI)[0].read_at == NOON
    send()
    assert operations.mark_all_read(owner=LI, at=NOON) == 1
    assert queries.unread_count(LI) == 0


def test_what_is_rolled_back_was_never_said() -> None:
    with transaction.atomic():
        send()
        transaction.set_rollback(True)
    assert queries.inbox(LI) == () and outbox.deliver(at=NOON) == 0


def test_nothing_readable_lies_in_the_tables() -> None:
    send()
    assert "食品".encode() not in bytes(Message.objects.get().texts)
    assert all(b"example" not in bytes(row.address) for row in DeliveryRow.objects.all())
    assert "13800001234" not in str(list(Record.objects.values()))


def test_demonstrations_keep_what_they_would_send() -> None:
    id = send()
    assert outbox.deliver(at=NOON) == 2
    assert outbox.deliver(at=NOON + HOUR) == 0
    (kept,) = queries.kept_by_demonstration(Channel.SMS, address="13800001234")
    assert (kept.title, kept.at) == ("食品经营许可已受理", NOON)
    found = {one.channel: one for one in queries.deliveries(id)}
    assert {one.state for one in found.values()} == {DeliveryState.SENT}
    assert {one.by for one in found.values()} == {"demonstration"}
    assert (found[Channel.SMS].address, found[Channel.MAIL].address) == ("138****1234", "l***@example.org")
    assert len(queries.deliveries_of_case(CASE)) == 2


def test_who_has_no_address_finds_it_in_the_inbox(registered: dict[Subject, Addresses]) -> None:
    nobody = Subject("reader", "unknown")
    assert queries.deliveries(send(nobody)) == ()
    assert len(queries.inbox(nobody)) == 1
    assert len(queries.deliveries(send(Subject("stranger", "x")))) == 0


class TestMail:
    @pytest.fixture(autouse=True)
    def mail_only(self, registered: dict[Subject, Addresses]) -> None:
        registered[LI] = Addresses(mail="li@example.org")

    def test_a_mail_arrives_as_it_was_meant(self, settings: Any) -> None:
        with FakeSmtp() as server:
            settings.SMTP, settings.SITE_ADDRESS = server.url, "https://city.example"
            id = send()
            assert outbox.deliver(at=NOON) == 1
        (mail,) = server.taken
        assert (mail["To"], mail["From"]) == ("li@example.org", "noreply@example.org")
        assert mail["Subject"] == "食品经营许可已受理"
        way = f"https://city.example/cases/{CASE}"
        assert mail.get_content().split() == ["编号", "A1", "请留意进度。", way]
        (delivery,) = queries.deliveries(id)
        assert mail["Message-ID"] == f"<{delivery.id}@tongban>"
        assert (delivery.state, delivery.by, delivery.sent_at) == (DeliveryState.SENT, "smtp", NOON)

    @pytest.mark.parametrize(
        "server",
        [
            FakeSmtp(refuse={"RCPT": b"451 try later\r\n"}),
            FakeSmtp(refuse={"EHLO": b"421 too busy\r\n", "HELO": b"421 too busy\r\n"}),
            FakeSmtp(refuse={"DATA": b"452 disk full\r\n"}),
            FakeSmtp(hang_up_at="MAIL"),
        ],
    )
    def test_what_fails_for_now_is_tried_again_and_every_attempt_kept(
        self, settings: Any, server: FakeSmtp
    ) -> None:
        with server:
            settings.SMTP = server.url
            id = send()
            outbox.deliver(at=NOON)
            (delivery,) = queries.deliveries(id)
            assert delivery.state is DeliveryState.WAITING
            assert delivery.next_at == NOON + rules.PAUSES[0]
            assert [one.is_sent for one in delivery.attempts] == [False]
            assert outbox.deliver(at=NOON) == 0
            server.refuse, server.hang_up_at = {}, ""
            assert outbox.deliver(at=NOON + rules.PAUSES[0]) == 1
        (delivery,) = queries.deliveries(id)
        assert delivery.state is DeliveryState.SENT
        assert [one.is_sent for one in delivery.attempts] == [False, True]
        assert len(server.taken) == 1

    def test_what_the_server_will_never_take_is_given_up_and_seen(self, settings: Any) -> None:
        with FakeSmtp(refuse={"RCPT": b"550 no such user\r\n"}) as server:
            settings.SMTP = server.url
            send()
            outbox.deliver(at=NOON)
            (delivery,) = queries.failed()
            assert delivery.attempts[0].answer == "550 no such user"
            server.refuse = {}
            assert operations.retry_failed(by=Actor("staff", "z"), at=NOON) == 1
            outbox.deliver(at=NOON)
        assert queries.failed() == () and len(server.taken) == 1

    def test_after_two_days_of_trying_it_is_given_up(self, settings: Any) -> None:
        settings.SMTP = "smtp://127.0.0.1:9"
        send()
        for hours in range(60):
            outbox.deliver(at=NOON + hours * HOUR)
        (delivery,) = queries.failed()
        assert len(delivery.attempts) == len(rules.PAUSES) + 1

    @pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: all@example.org", "", "@", "a@b@c d"])
    def test_a_wicked_address_is_given_up_at_once(
        self, settings: Any, registered: dict[Subject, Addresses], address: str
    ) -> None:
        registered[LI] = Addresses(mail=address)
        with FakeSmtp() as server:
            settings.SMTP = server.url
            send()
            outbox.deliver(at=NOON)
        assert server.taken == []
        assert len(queries.failed()) == (1 if address else 0)

    def test_a_title_can_not_become_a_header(self, settings: Any) -> None:
        with FakeSmtp() as server:
            settings.SMTP = server.url
            values = {"name": "x\r\nBcc: all@example.org\r\n", "number": "1"}
            operations.send(to=LI, template="test-accepted", values=values, at=NOON)
            outbox.deliver(at=NOON)
        assert server.taken[0]["Bcc"] is None


class TestTextMessages:
    @pytest.fixture(autouse=True)
    def text_only(self, registered: dict[Subject, Addresses], settings: Any) -> None:
        registered[LI] = Addresses(phone="13800001234")
        settings.SMS_SIGN = "通办"

    def test_a_text_message_is_signed_and_taken_once(self, settings: Any) -> None:
        with FakeSms() as gateway:
            settings.SMS = gateway.url
            id = send()
            gateway.faults = [(503, b"busy"), (200, b"<html>"), (429, b'{"code": "too-many"}')]
            for minutes in (0, 1, 6, 21):
                outbox.deliver(at=NOON + dt.timedelta(minutes=minutes))
        (delivery,) = queries.deliveries(id)
        answers = [one.answer for one in delivery.attempts]
        assert answers == ["HTTP 503", "HTTP 200", "429 too-many", "ok m1"]
        assert (delivery.state, delivery.by) == (DeliveryState.SENT, "sms-gateway")
        (taken,) = gateway.taken.values()
        assert taken["phone"] == "13800001234"
        assert taken["id"] == str(delivery.id)
        assert taken["text"].startswith("【通办】编号 A1")
        assert gateway.refused == []

    def test_a_number_that_is_none_is_given_up_at_once(
        self, settings: Any, registered: dict[Subject, Addresses]
    ) -> None:
        registered[LI] = Addresses(phone="no number")
        with FakeSms() as gateway:
            settings.SMS = gateway.url
            send()
            outbox.deliver(at=NOON)
        (delivery,) = queries.failed()
        assert delivery.attempts[0].answer == "400 number-invalid"

    def test_a_wrong_secret_is_our_own_fault_and_tried_again(self, settings: Any) -> None:
        with FakeSms() as gateway:
            settings.SMS = gateway.url.replace("s3cret", "other")
            id = send()
            outbox.deliver(at=NOON)
        (delivery,) = queries.deliveries(id)
        assert (delivery.state, delivery.attempts[0].answer) == (DeliveryState.WAITING, "401 signature-wrong")

    def test_a_gateway_that_is_away_is_tried_again_without_a_word_of_the_key(self, settings: Any) -> None:
        settings.SMS = "http://city:secret@127.0.0.1:9/v1"
        id = send()
        outbox.deliver(at=NOON)
        (delivery,) = queries.deliveries(id)
        assert (delivery.state, delivery.attempts[0].answer) == (DeliveryState.WAITING, "ConnectionError")

    def test_news_wait_for_the_morning_and_codes_do_not(self) -> None:
        night = dt.datetime(2026, 3, 2, 22, 30, tzinfo=SHANGHAI)
        operations.send(to=LI, template="test-accepted", values={"name": "x", "number": "1"}, at=night)
        operations.send_to_address(
            channel=Channel.SMS, address="13900005678", template="test-code", values={"code": "1"}, at=night
        )
        assert outbox.deliver(at=night) == 1
        assert queries.unread_count(LI) == 1
        morning = dt.datetime(2026, 3, 3, 8, 0, tzinfo=SHANGHAI)
        assert outbox.deliver(at=morning - dt.timedelta(seconds=1)) == 0
        assert outbox.deliver(at=morning) == 1


@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)), st.sampled_from(Channel), st.booleans()
)
def test_no_news_by_telephone_at_night(local: dt.datetime, channel: Channel, is_secret: bool) -> None:
    at = local.replace(tzinfo=SHANGHAI)
    first = rules.first_attempt(channel, at, is_secret=is_secret)
    assert at <= first < at + dt.timedelta(hours=11, seconds=1)
    if channel is Channel.SMS and not is_secret:
        assert 8 <= first.hour < 21
    else:
        assert first == at


class TestSecrets:
    @pytest.mark.law("message-code-forgotten")
    def test_a_code_is_in_no_inbox_and_forgotten_once_sent(self, settings: Any) -> None:
        with FakeSmtp() as server:
            settings.SMTP = server.url
            id = operations.send_to_address(
                channel=Channel.MAIL,
                address="new@example.org",
                template="test-code",
                values={"code": "123456"},
                at=NOON,
            )
            outbox.deliver(at=NOON)
        assert "123456" in server.taken[0].get_content()
        message = Message.objects.get(id=id)
        assert "example" not in message.to_id
        assert queries.inbox(Subject(message.to_kind, message.to_id)) == ()
        from tongban.foundation.messages.envelopes import texts_of

        assert texts_of(message) == {}

    def test_the_demonstration_shows_it(self) -> None:
        operations.send_to_address(
            channel=Channel.SMS,
            address="13900005678",
            template="test-code",
            values={"code": "123456"},
            at=NOON,
        )
        outbox.deliver(at=NOON)
        (kept,) = queries.kept_by_demonstration(Channel.SMS, address="13900005678")
        assert kept.body == "123456"


@pytest.mark.law("message-address-masked")
def test_no_delivery_shows_a_whole_address() -> None:
    shown = {one.address for one in queries.deliveries(send())}
    assert shown == {"l***@example.org", "138****1234"}
    assert rules.masked("123") == "****"


def test_two_templates_of_one_code_are_refused() -> None:
    operations.register(ACCEPTED)
    with pytest.raises(ValueError, match="two templates"):
        operations.register(Template("test-accepted", "another", "text"))


def test_a_template_without_its_values_says_so_at_once() -> None:
    with pytest.raises(KeyError):
        operations.send(to=LI, template="test-accepted", values={}, at=NOON)


def test_messages_once_a_channel() -> None:
    send()
    row = DeliveryRow.objects.first()
    assert row is not None
    row.pk, row._state.adding = uuid.uuid4(), True
    with pytest.raises(IntegrityError, match="messages_once_a_channel"):
        row.save()


def test_messages_sent_at_a_moment() -> None:
    send()
    with pytest.raises(IntegrityError, match="messages_sent_at_a_moment"):
        DeliveryRow.objects.update(state="sent")


def test_messages_attempt_once() -> None:
    send()
    row = DeliveryRow.objects.first()
    AttemptRow.objects.create(delivery=row, number=1, at=NOON, is_sent=False)
    with pytest.raises(IntegrityError, match="messages_attempt_once"):
        AttemptRow.objects.create(delivery=row, number=1, at=NOON, is_sent=False)


def test_the_way_to_the_case_is_sent_along() -> None:
    assert rules.link("https://city.example", "zh", CASE) == f"https://city.example/cases/{CASE}"
    assert rules.link("https://city.example", "en", CASE) == f"https://city.example/en/cases/{CASE}"
    assert rules.link("", "zh", CASE) == rules.link("https://city.example", "zh", None) == ""

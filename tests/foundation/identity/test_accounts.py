"""Accounts: contacts, codes, passwords; messages that go with them; what is refused by the database itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.staff import open_office
from tests.foundation.identity.conftest import NOW, Settle
from tongban.foundation.identity import errors, operations, queries
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Account, SignInCode
from tongban.foundation.identity.operations.tidying import TIMER
from tongban.foundation.ledger.models import Record
from tongban.foundation.messages import queries as messages
from tongban.foundation.messages.models import Message
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.errors import Invalid
from tongban.kernel.types import SYSTEM, Actor

pytestmark = pytest.mark.django_db
VISITOR = Actor("visitor", "visitor")
GOOD = "tulip gravel moon canoe"


def test_contacts_belong_to_one_account() -> None:
    first = operations.open_account(phone="13800138000", by=VISITOR, at=NOW)
    with pytest.raises(errors.ContactTaken):
        operations.open_account(phone="+86 138 0013 8000", by=VISITOR, at=NOW)
    second = operations.open_account(mail="name@example.org", by=VISITOR, at=NOW)
    with pytest.raises(errors.ContactTaken):
        operations.change_contact(account=second.id, phone="13800138000", by=VISITOR, at=NOW)
    changed = operations.change_contact(account=second.id, phone="13900139000", by=VISITOR, at=NOW)
    assert (changed.phone_masked, changed.mail_masked) == ("139******00", "n***@example.org")
    assert queries.contact_of(second.id) == {"mail": "name@example.org", "phone": "13900139000"}
    assert queries.find_account_by_contact(" NAME@example.org ").id == second.id
    assert queries.find_account_by_contact("13800138000").id == first.id
    assert queries.find_account_by_contact("nobody") is None


def test_a_change_is_told_where_the_owner_could_be_reached_before() -> None:
    account = operations.open_account(phone="13800138000", by=VISITOR, at=NOW)
    operations.change_contact(account=account.id, mail="name@example.org", by=VISITOR, at=NOW)
    operations.set_password(account=account.id, password=GOOD, by=VISITOR, at=NOW)
    assert Message.objects.filter(to_id=str(account.id), template="identity.way-in-changed").count() == 2


def test_passwords_may_not_be_ones_own_data(settle: Settle, population: demonstration.Population) -> None:
    person, citizen = settle("p001"), population.citizens["p001"]
    account = queries.account_of_person(person.id)
    for password in (f"xy {citizen.phone} z", f"{citizen.number.lower()}abc", "password123456"):
        with pytest.raises(Invalid):
            operations.set_password(account=account.id, password=password, by=person.actor, at=NOW)
    operations.set_password(account=account.id, password=GOOD, by=person.actor, at=NOW)
    assert queries.account(account.id).has_password
    assert GOOD not in Account.objects.get(id=account.id).password


def test_a_code_is_kept_as_a_keyed_digest_and_nowhere_else() -> None:
    code = operations.send_code(contact="13800138000", purpose="sign-in", by=VISITOR, at=NOW)
    assert code
    row = SignInCode.objects.get()
    assert code not in row.digest
    assert not Record.objects.filter(detail__icontains=code).exists()
    assert (
        operations.redeem_code(contact="13800138000", purpose="sign-in", code=f" {code} ", by=VISITOR, at=NOW)
        == "phone"
    )
    with pytest.raises(errors.CodeWrong):
        operations.redeem_code(contact="13800138000", purpose="sign-in", code=code, by=VISITOR, at=NOW)


def test_a_new_code_ends_the_one_before_and_counts_for_its_purpose_only() -> None:
    first = operations.send_code(contact="13800138000", purpose="sign-in", by=VISITOR, at=NOW)
    later = NOW + dt.timedelta(seconds=10)
    second = operations.send_code(contact="13800138000", purpose="sign-in", by=VISITOR, at=later)
    for code, purpose in ((first, "sign-in"), (second, "change")):
        if code != second or purpose != "sign-in":
            with pytest.raises(errors.CodeWrong):
                operations.redeem_code(
                    contact="13800138000", purpose=purpose, code=code, by=VISITOR, at=later
                )
    assert operations.redeem_code(contact="13800138000", purpose="sign-in", code=second, by=VISITOR, at=later)


def test_the_code_is_not_told_outside_of_a_demonstration(settings: Any) -> None:
    settings.DEMONSTRATION = False
    assert operations.send_code(contact="name@example.org", purpose="sign-in", by=VISITOR, at=NOW) is None
    with pytest.raises(Invalid):
        operations.send_code(contact="nobody", purpose="sign-in", by=VISITOR, at=NOW)


def test_who_is_mandated_hears_of_it(settle: Settle, population: demonstration.Population) -> None:
    elder, daughter = settle("p005"), settle("p004")
    citizen = population.citizens["p004"]
    mandate = operations.give_mandate(
        principal=elder.subject, grantee_name=citizen.name, grantee_number=citizen.number,
        until=dt.date(2026, 12, 31), by=elder.actor, at=NOW,
    )  # fmt: skip
    outbox.deliver(at=NOW)
    (letter,) = messages.inbox(daughter.subject)
    assert elder.name in letter.body
    operations.revoke_mandate(mandate=mandate.id, by=elder.actor, at=NOW)
    outbox.deliver(at=NOW)
    assert messages.inbox(daughter.subject)[0].title == "委托已经结束"


def test_constraints_of_codes() -> None:
    row = {
        "purpose": "sign-in", "address_index": "x", "digest": "x", "sent_at": NOW, "expires_at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="code_tried_five_times_at_most"), transaction.atomic():
        SignInCode.objects.create(**row, channel="phone", tries=6)
    with pytest.raises(IntegrityError, match="code_by_phone_or_mail"), transaction.atomic():
        SignInCode.objects.create(**row, channel="post")


def test_what_was_kept_is_given_to_its_owner_once() -> None:
    mine = operations.open_account(phone="13800138000", by=VISITOR, at=NOW)
    other = operations.open_account(phone="13900139000", by=VISITOR, at=NOW)
    fields = {"name": ["王小明"], "many": ["a", "b"]}
    kept = operations.keep_form(account=mine.id, path="/apply/x", fields=fields, by=VISITOR, at=NOW)
    assert kept
    assert queries.kept_form(kept, account_id=mine.id, at=NOW) == ("/apply/x", fields)
    assert queries.kept_form(kept, account_id=other.id, at=NOW) is None
    operations.take_kept_form(id=kept, account=other.id, by=VISITOR, at=NOW)
    assert queries.kept_form(kept, account_id=mine.id, at=NOW)
    operations.take_kept_form(id=kept, account=mine.id, by=VISITOR, at=NOW)
    assert queries.kept_form(kept, account_id=mine.id, at=NOW) is None
    huge = {"text": ["字" * 60_000]}
    assert operations.keep_form(account=mine.id, path="/x", fields=huge, by=SYSTEM, at=NOW) is None


def test_what_is_over_is_forgotten_and_the_next_tidying_is_planned() -> None:
    operations.send_code(contact="13800138000", purpose="sign-in", by=VISITOR, at=NOW)
    assert operations.tidy(at=NOW + dt.timedelta(hours=2)) == 0
    open_office(at=NOW)
    outbox.deliver(at=NOW + dt.timedelta(days=2))
    assert not SignInCode.objects.exists()
    assert outbox.cancel(TIMER), "the next one"

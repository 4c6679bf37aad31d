"""What identity tells messages at start: its letters, and where people can be reached."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.identity import letters
from tongban.foundation.identity.adapters import backchannel
from tongban.foundation.identity.events import MandateEnded, MandateGiven, SystemSignedOut
from tongban.foundation.identity.operations.tidying import TIMER, tidy_by_timer
from tongban.foundation.identity.queries.accounts import contact_of, contact_of_company, contact_of_person
from tongban.foundation.identity.queries.acting import get_mandate
from tongban.foundation.identity.queries.systems import logout_address
from tongban.foundation.identity.signing_keys import signing_key
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Addresses
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import Subject


def connect() -> None:
    """Subscribe, and plug in; called once at start."""
    messages.register(*letters.ALL)
    messages.register_address_book("person", of_person)
    messages.register_address_book("company", of_company)
    messages.register_address_book("account", of_account)
    outbox.on_timer(TIMER, tidy_by_timer)
    outbox.subscribe(MandateGiven, mandate_given, name="foundation.identity.mandate_given")
    outbox.subscribe(MandateEnded, mandate_ended, name="foundation.identity.mandate_ended")
    outbox.subscribe(
        SystemSignedOut, system_signed_out, name="foundation.identity.system_signed_out", is_alone=True
    )


def of_account(subject: Subject) -> Addresses | None:
    """Return where the owner of an account can be reached."""
    return _addresses(contact_of(subject.id))


def of_person(subject: Subject) -> Addresses | None:
    """Return where a person can be reached; nowhere, without an account."""
    return _addresses(contact_of_person(subject.id))


def of_company(subject: Subject) -> Addresses | None:
    """Return where a company can be reached: at its legal representative's."""
    return _addresses(contact_of_company(subject.id))


def _addresses(contact: dict[str, str]) -> Addresses | None:
    return Addresses(mail=contact.get("mail", ""), phone=contact.get("phone", "")) if contact else None


def mandate_given(event: MandateGiven, *, at: dt.datetime) -> None:
    """Tell the grantee that a mandate waits."""
    _tell(event, letters.MANDATE_OFFERED.code, at)


def mandate_ended(event: MandateEnded, *, at: dt.datetime) -> None:
    """Tell the grantee that they may act no more."""
    _tell(event, letters.MANDATE_ENDED.code, at)


def system_signed_out(event: SystemSignedOut, *, at: dt.datetime) -> None:
    """Tell the system, if it wants to be told; when it is away, the outbox tries again."""
    address = logout_address(event.client)
    if address:
        # Now and not ``at``: a token of the moment somebody left would be too old when the system is back.
        token = backchannel.logout_token(
            pem=signing_key(), issuer=event.issuer, client=event.client, sub=event.sub, at=clock.now()
        )
        backchannel.tell(address, token)


def _tell(event: MandateGiven | MandateEnded, template: str, at: dt.datetime) -> None:
    mandate = get_mandate(event.mandate_id, at=at)
    values = {"principal": mandate.principal_name, "until": mandate.until.isoformat()}
    messages.send(to=Subject("person", event.grantee_id), template=template, values=values, at=at)

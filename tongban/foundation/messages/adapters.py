"""The outside: a mail server, an SMS gateway, and demonstrations of both that only keep what they would send."""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.conf import settings

from tongban.foundation.messages.gateway import SmsGateway
from tongban.foundation.messages.sending import Letter, Sender, Undeliverable
from tongban.foundation.messages.types import Channel

SECONDS = 20
DEMONSTRATION = "demonstration"


class Demonstration:
    """Sends nothing: the delivery's own record is what it keeps."""

    name = DEMONSTRATION
    at_once = 50

    def send(self, letter: Letter) -> str:
        """Return that nothing has left."""
        return "kept, not sent"


class Smtp:
    """A mail server: ``smtp://``, ``smtp+starttls://`` or ``smtps://name:password@host:port``."""

    name = "smtp"
    at_once = 1

    def __init__(self, url: str, sender: str) -> None:
        self._parts, self._sender = urlsplit(url), sender

    def send(self, letter: Letter) -> str:
        """Deliver by SMTP; raise Undeliverable, finally when the server refuses with 5xx."""
        try:
            mail = self._mail(letter)
        except (ValueError, IndexError, MessageError) as error:
            raise Undeliverable(f"address: {error}", is_final=True) from error
        try:
            with self._connect() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _undeliverable(code, answer) from error
        except smtplib.SMTPResponseException as error:
            raise _undeliverable(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Undeliverable(str(error), is_final=False) from error
        return "accepted"

    def _mail(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=letter.address)
        mail["Subject"] = letter.title
        mail["Message-ID"] = f"<{letter.id}@tongban>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.body)
        return mail

    def _connect(self) -> smtplib.SMTP:
        host, scheme = self._parts.hostname or "", self._parts.scheme
        if scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._parts.port or 465, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, self._parts.port or 25, timeout=SECONDS)
        try:
            if scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._parts.username:
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def sender(channel: Channel) -> Sender:
    """Return what delivers on a channel in this installation; the demonstration where nothing is set up."""
    if channel is Channel.MAIL and settings.SMTP:
        return Smtp(settings.SMTP, settings.MAIL_FROM)
    if channel is Channel.SMS and settings.SMS:
        return SmsGateway(settings.SMS, settings.SMS_SIGN)
    return Demonstration()


def at_once() -> int:
    """Return how many letters may share a transaction in this installation, whatever their channel."""
    return min(sender(channel).at_once for channel in Channel)


def _undeliverable(code: int, answer: bytes | str) -> Undeliverable:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    # 5xx: the server will never take it. Authentication (535) is our own fault, and will be mended.
    return Undeliverable(f"{code} {text}", is_final=500 <= code < 600 and code not in (530, 534, 535))

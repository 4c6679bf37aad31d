"""What django-allauth asks of this installation: who is who, how secrets are kept, what it must not do itself.

allauth signs accounts in, counts failures and holds second factors. Opening accounts, contacts and messages are
ours: its own pages and mails are never used.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.foundation.identity.models import Account
from tongban.foundation.identity.operations.accounts import record_sign_in, record_sign_out
from tongban.foundation.identity.operations.tokens import leave_systems
from tongban.foundation.identity.sealing import seal
from tongban.foundation.identity.unsealing import SECRET, unseal
from tongban.kernel import clock
from tongban.kernel.types import Actor


class AccountAdapter(DefaultAccountAdapter):
    """How allauth treats accounts here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts are opened by our own pages."""
        return False

    def get_login_stages(self) -> list[str]:
        """Return the one stage between a password and being signed in: the second factor."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the server or the proxy before it told."""
        return str(request.META.get("REMOTE_ADDR", ""))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return by what failures are counted: the account alone, by whatever name this host is called."""
        return str(credentials.get("username", "")).lower()

    def forget_failures(self, request: HttpRequest, handle: str) -> None:
        """Let an account try its password again at once: the security officer said so."""
        self._delete_login_attempts_cached_email(request, username=handle)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign an account in, and record it: every way in ends here."""
        super().login(request, user)
        records = get_authentication_records(request, user)
        record_sign_in(
            account=user.pk,
            method="+".join(str(record.get("type") or record.get("method")) for record in records),
            address=self.get_client_ip(request),
            by=Actor("account", str(user.pk)),
            at=clock.now(),
        )

    def logout(self, request: HttpRequest) -> None:
        """Sign an account out, here and in every system it had signed on to, and record it."""
        if request.user.is_authenticated:
            by = Actor("account", str(request.user.pk))
            leave_systems(account=request.user.pk, by=by, at=clock.now())
            record_sign_out(account=request.user.pk, reason="asked", by=by, at=clock.now())
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send who has a closed account back to the sign-in page, with the reason."""
        return HttpResponseRedirect("/signin?closed=1")

    def add_message(self, *args: Any, **values: Any) -> None:
        """Say nothing: our pages do."""

    def send_mail(self, *args: Any, **values: Any) -> None:
        """Send nothing: messages does."""

    def send_notification_mail(self, *args: Any, **values: Any) -> None:
        """Send nothing: messages does."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """How second factors are kept and named."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is kept: encrypted, in hex."""
        return seal(SECRET, {"secret": text}).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a kept secret."""
        return unseal(SECRET, bytes.fromhex(encrypted_text))["secret"]

    def _get_user_identifier(self, user: Account) -> str:
        """Return what an authenticator shows: a staff code or a masked phone, never a name."""
        return user.staff_id or user.phone_masked or user.mail_masked or str(user.handle)

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, object]:
        """Return how a passkey names the account."""
        name = self._get_user_identifier(user)
        entity = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": name, "name": name}

    def _get_site_name(self) -> str:
        return "通办"

    def send_notification_mail(self, *args: Any, **values: Any) -> None:
        """Send nothing: messages does."""

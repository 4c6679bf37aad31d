"""How one signs in: password, authenticator app, passkeys, recovery codes. Open to citizens and staff."""

from __future__ import annotations

import io
import json
from typing import Any

import segno
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from markupsafe import Markup

from tongban.channels.portal.views import forms
from tongban.channels.portal.views.account import go, show
from tongban.channels.portal.views.forms import Form
from tongban.channels.portal.views.signon import SAYS
from tongban.channels.ui import sessions
from tongban.channels.ui.access import View, anyone, private, to_sign_in
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.errors import SecondFactorKept
from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid

RECENT = 15 * 60
"""Seconds after a sign-in within which the ways in may be changed without signing in again."""
NAMES = {"totp": N_("验证器应用"), "webauthn": N_("通行密钥"), "recovery_codes": N_("恢复码")}


def account_holder(view: View) -> View:
    """Let who has signed in, citizen or staff, even before their second factor, call this view."""

    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        who = sessions.who(request)
        if who is None:
            return to_sign_in(request, "/signin")
        request.who = who  # type: ignore[attr-defined]
        if who.account.second_factors and who.account.is_staff and not who.second_factor:
            return to_sign_in(request, "/staff/signin")
        if not _signed_in_recently(request):
            return to_sign_in(request, "/staff/signin" if who.account.is_staff else "/signin")
        return private(view(request, *args, **values))

    guarded.access = "account"  # type: ignore[attr-defined]
    return anyone(guarded)


def _signed_in_recently(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    now = clock.now().timestamp()
    return any(now - record.get("at", 0) < RECENT for record in records)


@account_holder
def security(request: HttpRequest) -> HttpResponse:
    """Show one's ways to sign in."""
    who = request.who  # type: ignore[attr-defined]
    rows = Authenticator.objects.filter(user=request.user).order_by("type", "created_at")
    return show(
        request,
        "portal/account/security.html",
        account=who.account,
        staff=who.staff,
        factors=[
            {
                "id": row.pk,
                "type": row.type,
                "kind": NAMES[row.type],
                "name": row.data.get("name", ""),
                "used_at": row.last_used_at,
                "created_at": row.created_at,
            }
            for row in rows
        ],
        codes_left=queries.recovery_codes_left(who.account.id),
        needed=bool(who.staff) and not who.second_factor,
        systems=queries.systems_of(who.account.id),
        scope_words=SAYS,
        changed="changed" in request.GET,
        ended="ended" in request.GET,
    )


@account_holder
def leave_system(request: HttpRequest, code: str) -> HttpResponse:
    """Take back what a system was let do, and sign out of it."""
    who = request.who  # type: ignore[attr-defined]
    if request.method == "POST":
        operations.leave_systems(account=who.account.id, client=code, by=who.actor, at=clock.now())
    return go(request, "/account/security")


@account_holder
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all other sessions of the account; this one goes on."""
    who, at = request.who, clock.now()  # type: ignore[attr-defined]
    if request.method == "POST":
        operations.end_sessions(account=who.account.id, by=who.actor, at=at)
        sessions.begin(request)
    return go(request, "/account/security?ended=1" if request.method == "POST" else "/account/security")


@account_holder
def password(request: HttpRequest) -> HttpResponse:
    """Ask for a new password, or set it."""
    form, who = forms.read(request), request.who  # type: ignore[attr-defined]
    if request.method == "POST":
        with form.tells(otherwise="password"):
            new = request.POST.get("password", "")
            if new != request.POST.get("again", ""):
                raise Invalid("password-differs", N_("两次填的密码不一样。"))
            operations.set_password(account=who.account.id, password=new, by=who.actor, at=clock.now())
            _keep_signed_in(request)
            return go(request, "/account/security")
    return show(request, "portal/account/password.html", form, must=who.account.must_change_password)


def _keep_signed_in(request: HttpRequest) -> None:
    """A new password ends all other sessions of the account; this one goes on."""
    from django.contrib.auth import update_session_auth_hash

    request.user.refresh_from_db()
    update_session_auth_hash(request, request.user)


@account_holder
def add_totp(request: HttpRequest) -> HttpResponse:
    """Show the secret for an authenticator app as a QR code, or confirm it with a first code."""
    form = forms.read(request)
    secret = totp.get_totp_secret()
    if Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists():
        return go(request, "/account/security")
    if request.method == "POST":
        if totp.validate_totp_code(secret, form.get("code")):
            found = totp.TOTP.activate(request.user, secret).instance
            totp.clear_totp_secret(request)
            return _added(request, found)
        form.say("code", N_("验证码不对。请填验证器里现在显示的六位数；手机的时间要准。"))
    address = get_adapter().build_totp_url(request.user, secret)
    return show(request, "portal/account/totp.html", form, picture=_picture(address), secret=secret)


def _picture(address: str) -> Markup:
    """Return a QR code as SVG: attributes only, no style (the pages' policy)."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        border=2,
        scale=5,
        omitsize=False,
        dark="#000",
        light="#fff",
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by us


@account_holder
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Offer the making of a passkey, or keep the one that was made."""
    form = forms.read(request)
    if request.method == "POST":
        with form.tells(otherwise="credential"):
            return _added(request, _made_passkey(request, form))
    options = webauthn.begin_registration(request.user, True)
    return show(request, "portal/account/passkey.html", form, options=json.dumps(options))


def _made_passkey(request: HttpRequest, form: Form) -> Authenticator:
    """Return the authenticator of a passkey that was just made; raise Invalid for anything else."""
    wrong = Invalid("passkey-unmade", N_("没有收到通行密钥。请再试一次；设备要有锁屏密码、指纹或者面容。"))
    try:
        credential = json.loads(request.POST.get("credential", ""))
        webauthn.parse_registration_response(credential)
        made = webauthn.complete_registration(credential)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        raise wrong from None  # the library reads what anybody may send
    if not made.is_user_verified():
        raise wrong
    name = form.get("name")[:60] or "通行密钥"
    found: Authenticator = webauthn.WebAuthn.add(request.user, name, credential).instance
    return found


def _added(request: HttpRequest, found: Authenticator) -> HttpResponse:
    """A new factor counts as shown in this session, and brings recovery codes the first time."""
    who = request.who  # type: ignore[attr-defined]
    post_authentication(request, found)
    operations.record_second_factor(
        account=who.account.id, kind=found.type, added=True, by=who.actor, at=clock.now()
    )
    first = not Authenticator.objects.filter(
        user=request.user, type=Authenticator.Type.RECOVERY_CODES
    ).exists()
    RecoveryCodes.activate(request.user)
    return go(request, "/account/security/codes" if first else "/account/security")


@account_holder
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the recovery codes, or make new ones."""
    rows = Authenticator.objects.filter(user=request.user)
    if not rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        return go(request, "/account/security")
    if request.method == "POST":
        rows.filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(request.user).get_unused_codes()
    return show(request, "portal/account/codes.html", codes=codes)


@account_holder
def remove(request: HttpRequest, id: int) -> HttpResponse:
    """Remove a second factor; staff keep at least one."""
    who = request.who  # type: ignore[attr-defined]
    rows = Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    found = rows.filter(pk=id).first()
    if request.method != "POST" or found is None:
        return go(request, "/account/security")
    if who.account.is_staff and rows.count() == 1:
        raise SecondFactorKept
    found.delete()
    if not rows.exists():
        Authenticator.objects.filter(user=request.user).delete()
    operations.record_second_factor(
        account=who.account.id, kind=found.type, added=False, by=who.actor, at=clock.now()
    )
    return go(request, "/account/security")

"""The doors: signing in by code, password or passkey, the second factor, signing out; personas in a demonstration."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.core import ratelimit
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal import flows as passkeys
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from tongban.channels.portal.presenters import personas
from tongban.channels.portal.views import forms
from tongban.channels.portal.views.forms import Form
from tongban.channels.portal.views.signon import allow_redirect_after_form
from tongban.channels.ui import sessions
from tongban.channels.ui.access import anyone
from tongban.channels.ui.errors import page
from tongban.channels.ui.notices import notices
from tongban.channels.ui.pages import iri, reader_of, render
from tongban.channels.ui.reader import is_safe_way_back
from tongban.foundation.government import queries as government
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.errors import SignInWrong, TooOften
from tongban.foundation.identity.types import Account
from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor

VISITOR = Actor("visitor", "visitor")
LOCKED_OUT_FOR = 300
"""Seconds, as in the rate of failed sign-ins (settings)."""
WAYS = ("code", "password", "passkey")


@anyone
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the citizens' door, or take a code or password that was given there."""
    form = forms.read(request)
    if request.method != "POST":
        return _door(request, form)
    done = None
    if form.get("step") == "send":
        return _sent(request, form)
    if form.get("step") == "code":
        done = _with_code(request, form)
    elif form.get("step") == "password":
        done = _with_password(request, form, staff=False)
    return done or _door(request, form)


@anyone
def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """Show the staff's door, or take a password given there; the second factor follows."""
    form = forms.read(request)
    done = _with_password(request, form, staff=True) if request.method == "POST" else None
    return done or _door(request, form, staff=True)


def _door(request: HttpRequest, form: Form, *, staff: bool = False, **more: Any) -> HttpResponse:
    way = form.get("step") or request.GET.get("by", "")
    response = render(
        request,
        "portal/account/staff_signin.html" if staff else "portal/account/signin.html",
        keep=False,
        status=200 if form.fine else 422,
        form=form,
        way=way if way in WAYS else "code",
        next=way_back(request, form),
        closed="closed" in request.GET,
        personas=[one for one in queries.personas() if (one.kind == "staff") == staff],
        offered=_offered(request) if staff and queries.is_demonstration() else None,
        wanted=request.GET.get("find", "")[:60],
        notices=notices(),
        **{"sent": False, "shown": None} | more,
    )
    return allow_redirect_after_form(response, way_back(request, form))


def _offered(request: HttpRequest) -> personas.Offered:
    return personas.offered(
        queries.personas(),
        government.staff(),
        {post.code: post for post in government.posts()},
        {one.code: one for one in government.departments()},
        request.GET.get("find", ""),
    )


def _sent(request: HttpRequest, form: Form) -> HttpResponse:
    """Send a code, whoever asks: the page is the same for a number we know and for one we do not."""
    shown = None
    contact = form.get("contact")
    with form.tells(otherwise="contact"):
        check_rate(request, "code", queries.contact_key(contact))
        shown = operations.send_code(contact=contact, purpose="sign-in", by=VISITOR, at=clock.now())
    return _door(request, form, sent=form.fine, shown=shown)


def _with_code(request: HttpRequest, form: Form) -> HttpResponse | None:
    contact, at = form.get("contact"), clock.now()
    with form.tells({"phone": "contact", "mail": "contact"}, otherwise="code"):
        channel = operations.redeem_code(
            contact=contact, purpose="sign-in", code=form.get("code"), by=VISITOR, at=at
        )
        # Who proves a phone or mail for the first time has an account from now on.
        account = queries.find_account_by_contact(contact) or operations.open_account(
            phone=contact if channel == "phone" else None,
            mail=contact if channel == "mail" else None,
            by=VISITOR,
            at=at,
        )
        return sign_in_as(request, account.id, "code", way_back(request, form))
    form.values["step"] = "code"
    return _door(request, form, sent=True)


def _with_password(request: HttpRequest, form: Form, *, staff: bool) -> HttpResponse | None:
    name, password = form.get("contact"), form.values.get("password", "")
    with form.tells(otherwise="password"):
        account = queries.find_account_by_contact(name) if name else None
        if account is not None and account.is_staff != staff:
            account = None
        # An unknown name costs the same time as a known one, and is counted the same.
        handle = queries.handle_of(account.id) if account else f"?{name[:60]}"
        try:
            user = get_adapter(request).authenticate(request, username=handle, password=password)
        except ValidationError:
            _tell_of_lock_out(request, account)
            raise TooOften from None
        if user is None:
            raise SignInWrong
        return sign_in_as(request, user.pk, "password", way_back(request, form))
    return None


def _tell_of_lock_out(request: HttpRequest, account: Account | None) -> None:
    """Tell the owner and the security officer, once while it lasts; an unknown name is nobody's."""
    if account is not None and cache.add(f"locked-out:{account.id}", 1, LOCKED_OUT_FOR):
        address = get_adapter(request).get_client_ip(request)
        operations.record_lock_out(account=account.id, address=address, by=VISITOR, at=clock.now())


def sign_in_as(request: HttpRequest, account_id: object, method: str, next: str) -> HttpResponse:
    """Sign an account in, by way of the second factor where it has one, and go where it wanted to."""
    user = get_user_model().objects.get(pk=account_id)
    record_authentication(request, user, method)
    return _settled(request, perform_login(request, Login(user=user, redirect_url=next or home_of(user))))


def home_of(user: Any) -> str:
    """Return where an account goes that wanted nowhere in particular."""
    return "/desk" if user.staff_id else "/account"


def _settled(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Start the session's clock when somebody is in now, and keep the language of the way."""
    if request.user.is_authenticated:
        sessions.begin(request)
        sessions.forget(request)
    place = response.get("Location", "")
    prefix = reader_of(request).prefix
    if prefix and place.startswith(("/signin", "/account", "/staff", "/desk")):
        response["Location"] = prefix + place
    return response


@anyone
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of who has just given the first."""
    stage = LoginStageController.enter(request, "mfa_authenticate")
    if stage is None:
        return HttpResponseRedirect(f"{reader_of(request).prefix}/signin", status=303)
    form, user = forms.read(request), stage.login.user
    if request.method == "POST":
        kind = AuthenticateWebAuthnForm if form.values.get("credential") else AuthenticateForm
        given = kind(data=request.POST, user=user)
        if given.is_valid():
            given.save()
            return _settled(request, stage.exit())
        form.say("code", N_("验证码不对。看一眼验证器里最新的六位数，或者用一个恢复码。"))
    factors = queries.account(user.pk).second_factors
    options = webauthn.begin_authentication(user) if "webauthn" in factors else None
    return render(
        request,
        "portal/account/second.html",
        keep=False,
        status=200 if form.fine else 422,
        form=form,
        factors=factors,
        options=json.dumps(options) if options else "",
    )


@anyone
def passkey(request: HttpRequest) -> HttpResponse:
    """Give a challenge for a passkey (GET), or sign in whoever has answered it (POST)."""
    if request.method != "POST":
        return JsonResponse({"request_options": webauthn.begin_authentication(None)})
    form = forms.read(request)
    with form.tells():
        check_rate(request, "login", "passkey")
        try:
            given = LoginWebAuthnForm(data=request.POST)
            is_valid = given.is_valid()
        except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
            is_valid = False  # the library reads what anybody may send
        if not is_valid:
            raise Invalid("passkey-wrong", N_("没有认出这把通行密钥。请再试一次，或者用验证码登录。"))
        authenticator = given.cleaned_data["credential"]
        login = Login(
            user=authenticator.user, redirect_url=way_back(request, form) or home_of(authenticator.user)
        )
        return _settled(request, passkeys.perform_passwordless_login(request, authenticator, login))
    form.values["step"] = "passkey"
    return _door(request, form)


@anyone
def persona(request: HttpRequest) -> HttpResponse:
    """Sign in as an invented person of the demonstration: without a password, because they protect nothing."""
    form = forms.read(request)
    if request.method != "POST" or not queries.is_demonstration():
        return page(request, 404)
    check_rate(request, "persona", "persona")
    account = operations.enter_as_persona(code=form.get("persona"), by=VISITOR, at=clock.now())
    user = get_user_model().objects.get(pk=account.id)
    record_authentication(request, user, "demonstration")
    get_adapter(request).login(request, user)
    place = way_back(request, form) or home_of(user)
    return _settled(request, HttpResponseRedirect(iri_with_query(place), status=303))


@anyone
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask whether to sign out, or do it."""
    if request.method != "POST":
        return render(request, "portal/account/signout.html", keep=False)
    get_adapter(request).logout(request)
    return HttpResponseRedirect(f"{reader_of(request).prefix}/", status=303)


@anyone
def session(request: HttpRequest) -> HttpResponse:
    """Say how many seconds the session has left; asking is no sign of life."""
    who = sessions.who(request)
    return JsonResponse({"seconds_left": who.seconds_left if who else 0})


@anyone
def extend(request: HttpRequest) -> HttpResponse:
    """Stay signed in: this very request was the sign of life."""
    who = sessions.who(request) if request.method == "POST" else None
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"seconds_left": who.seconds_left if who else 0}, status=200 if who else 401)
    place = way_back(request, forms.read(request)) or f"{reader_of(request).prefix}/"
    return HttpResponseRedirect(iri_with_query(place), status=303)


def check_rate(request: HttpRequest, action: str, key: str) -> None:
    """Count this try in the cache that all processes share; raise TooOften when there were too many."""
    if not ratelimit.consume(request, action=action, key=key.lower()):
        raise TooOften


def way_back(request: HttpRequest, form: Form) -> str:
    """Return where to go afterwards: an address of this site, or nothing."""
    wanted = form.get("next") or request.GET.get("next", "")
    return wanted if wanted and is_safe_way_back(wanted) else ""


def iri_with_query(address: str) -> str:
    """Return an address with its query as it may stand in a header."""
    path, _, query = address.partition("?")
    return iri(path) + (f"?{query.encode('ascii', 'ignore').decode()}" if query else "")

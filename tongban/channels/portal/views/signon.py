"""Sign-on for departments' own systems (OpenID Connect): allauth's endpoints, with what the law of the house adds.

PKCE (S256) is wanted from every client, confidential ones too; a code is good once; a refresh token that comes back
after it was spent ends its whole family (RFC 9700, 2.1.1, 4.5, 4.14.2). There is no device flow and no implicit one.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from allauth.idp.oidc import views as allauth
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import TemplateDoesNotExist
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from tongban.channels.ui import sessions
from tongban.channels.ui.access import declared_public, to_sign_in
from tongban.channels.ui.errors import page
from tongban.channels.ui.middleware import HEADERS
from tongban.channels.ui.pages import reader_of, render
from tongban.foundation.identity import operations, queries
from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.kernel.language import translate
from tongban.kernel.types import Actor, Subject

AUTHORIZE = "/identity/o/authorize"
SAYS = {
    "cases:read": N_("看办件：办到哪一步、材料、结果"),
    "cases:write": N_("替我办：填表、交材料、提交申请"),
    "licences:read": N_("看证照"),
    "messages:read": N_("看站内消息"),
}
"""What a system may be let do, in the words of the person who lets it."""
ASKED = {
    "openid": N_("认得您：得到一个只给它用的代号"),
    "profile": N_("知道您的姓名"),
    **SAYS,
}
USED_FOR = 180
"""Seconds for which a used code is remembered: longer than a code lives."""


@csrf_exempt
def authorize(request: HttpRequest) -> HttpResponse:
    """Sign somebody on to another system, or send them to the door first."""
    if request.method not in ("GET", "POST"):
        return JsonResponse({"error": "invalid_request"}, status=405)
    if request.method == "GET":
        asked = request.GET
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return _refused(request, N_("对方系统没有按要求加密这次登录（PKCE，S256），我们不能继续。"))
        if asked.get("response_type") != "code":
            return _refused(request, N_("对方系统要求的登录方式这里不提供。"))
        if _must_show_second_factor(request):
            return _to_staff_door(request)
        refused = _not_for_this_account(request, asked.get("scope", "").split())
        if refused is not None:
            return refused
    try:
        response: HttpResponse = _authorization(request)
    except TemplateDoesNotExist:  # allauth would show a page of its own; ours says it
        return _refused(request, N_("对方系统的登录请求不对：没有登记，或者回调地址与登记的不一样。"))
    return response


class _Authorize(allauth.AuthorizationView):
    """Asks the person what a system may do in their name, and for whom."""

    def get(self, request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        """Ask; without asking (``prompt=none``), give nothing that is a person's.

        allauth would take what the person let another system do for consent to this one.
        """
        response: HttpResponse = super().get(request, *args, **values)
        is_silent = "none" in request.GET.get("prompt", "").split()
        if is_silent and set(SAYS) & set(request.GET.get("scope", "").split()):
            return _without_code(response, request.GET.get("state", ""))
        return response

    def render_to_response(self, context: dict[str, Any], **values: Any) -> HttpResponse:
        """Ask on our own page."""
        client = context["client"]
        known = sessions.who(self.request)
        person = known.person if known else None
        response = render(
            self.request,
            "portal/account/consent.html",
            keep=False,
            system=client.name,
            signed=context["form"].initial["request"],
            scopes=[scope for scope in ASKED if scope in self._scopes],
            asked=self._scopes,
            says=ASKED,
            options=queries.acting_options(person.id, at=clock.now()) if person else (),
        )
        return allow_redirect_after_form(response, f"{AUTHORIZE}?client_id={client.id}")

    def form_valid(self, form: Any) -> HttpResponse:
        """Give the code, and remember until it is redeemed for whom it is."""
        response: HttpResponse = super().form_valid(form)
        code = parse_qs(urlsplit(response.get("Location", "")).query).get("code", [""])[0]
        party = _chosen(self.request)
        if code and party is not None:
            cache.set(f"sign-on-party:{_digest(code)}", (party.kind, party.id), USED_FOR)
        return response


_authorization = _Authorize.as_view()


def _without_code(response: HttpResponse, state: str) -> HttpResponse:
    """Return the way back with “consent required” in the place of a code, which nobody has seen yet."""
    address, _, query = response.get("Location", "").partition("?")
    if "code" in parse_qs(query):
        response["Location"] = f"{address}?{urlencode({'error': 'consent_required', 'state': state})}"
    return response


def _chosen(request: HttpRequest) -> Subject | None:
    """Return for whom the person lets the system act, None for themselves; raise NotAllowed."""
    kind, _, id = request.POST.get("party", "").partition(":")
    known = sessions.who(request)
    if not id or known is None or known.person is None:
        return None
    return queries.acting_for(known.person.id, Subject(kind, id), at=clock.now()).party


def _not_for_this_account(request: HttpRequest, scopes: list[str]) -> HttpResponse | None:
    """Return the way on when a system wants what is a person's and this account is nobody's (yet)."""
    known = sessions.who(request)
    if known is None or known.person is not None or not set(scopes) & set(SAYS):
        return None
    if known.account.is_staff:
        return _refused(request, N_("这个系统要代您办事，工作人员账户不能授权。请用个人账户登录。"))
    here = quote(request.get_full_path(), safe="")
    return HttpResponseRedirect(f"{reader_of(request).prefix}/account/real-name?next={here}", status=303)


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """Say it here: where the answer would go is not to be trusted yet."""
    return page(request, 400, translate(sentence, reader_of(request).language), "sign-on-refused")


def _must_show_second_factor(request: HttpRequest) -> bool:
    who = sessions.who(request)
    return bool(who and who.account.is_staff and (not who.second_factor or who.account.must_change_password))


def _to_staff_door(request: HttpRequest) -> HttpResponse:
    return to_sign_in(request, "/account/security")


class _Logout(allauth.LogoutView):
    """Signing out because another system asks: at once when it proves whose session it means, else after asking."""

    def render_to_response(self, context: dict[str, Any], **values: Any) -> HttpResponse:
        """Ask on our own page."""
        return render(self.request, "portal/account/signout.html", keep=False)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say that the request is not right."""
        return _refused(self.request, N_("对方系统的退出请求不对：没有登记，或者返回地址与登记的不一样。"))


logout = _Logout.as_view()


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Give tokens for a code or a refresh token, each good once."""
    if request.method != "POST":
        return JsonResponse({"error": "invalid_request"}, status=405)
    kind = request.POST.get("grant_type", "")
    if kind == "refresh_token":
        return _refreshed(request)
    if kind == "authorization_code":
        return _redeemed(request)
    return JsonResponse({"error": "unsupported_grant_type"}, status=400)


def _redeemed(request: HttpRequest) -> HttpResponse:
    """Redeem a code; one that comes a second time ends what the first time gave (RFC 6749, 4.1.2)."""
    code = _digest(request.POST.get("code", ""))
    key, family = f"sign-on-code:{code}", uuid.uuid4()
    chosen = cache.get(f"sign-on-party:{code}")
    party = Subject(*chosen) if chosen else None
    response: HttpResponse = allauth.token(request)
    given = _tokens(response)
    if given:
        # Two who come at once: the cache lets one through, and the other's tokens are taken back at once.
        is_first = cache.add(key, str(family), USED_FOR)
        _record(request, family, party, given)
        if is_first:
            return response
        _end_family(request, family)
        return JsonResponse({"error": "invalid_grant"}, status=400)
    used = cache.get(key)
    if used:
        _end_family(request, uuid.UUID(used))
    return response


def _refreshed(request: HttpRequest) -> HttpResponse:
    spent = request.POST.get("refresh_token", "")
    with transaction.atomic():
        found = operations.take_refresh_token(token=spent, by=_client(request), at=clock.now())
        if found is None or found.is_spent:
            response: HttpResponse = JsonResponse({"error": "invalid_grant"}, status=400)
        else:
            response = allauth.token(request)
            given = _tokens(response)
            if given:
                operations.spend_refresh_token(grant=found.id, at=clock.now(), by=_client(request))
                _record(request, found.family, found.party, given)
    if found is not None and found.is_spent:
        _end_family(request, found.family)
    return response


def _record(request: HttpRequest, family: uuid.UUID, party: Subject | None, given: dict[str, str]) -> None:
    operations.record_tokens(
        family=family, party=party, issuer=request.build_absolute_uri("/").rstrip("/"), at=clock.now(),
        by=_client(request), **given,
    )  # fmt: skip


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _end_family(request: HttpRequest, family: uuid.UUID) -> None:
    operations.end_token_family(family=family, by=_client(request), at=clock.now())


def _tokens(response: HttpResponse) -> dict[str, str]:
    """Return the tokens of an answer, none of a refusal."""
    if response.status_code != 200:
        return {}
    answer = json.loads(response.content)
    return {"access": answer.get("access_token", ""), "refresh": answer.get("refresh_token", "")}


def _client(request: HttpRequest) -> Actor:
    return Actor("system", request.POST.get("client_id", "")[:100] or "sign-on")


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Say that there is no such way to sign on here."""
    return JsonResponse({"error": "unsupported_grant_type"}, status=404)


def allow_redirect_after_form(response: HttpResponse, next: str) -> HttpResponse:
    """Let the door's form lead to the system that waits for the sign-on; browsers else stop its redirect."""
    parts = urlsplit(next)
    if parts.path.removeprefix("/en") == AUTHORIZE:
        client = parse_qs(parts.query).get("client_id", [""])[0]
        origins = " ".join(sorted(queries.origins_of_system(client)))
        policy = HEADERS["Content-Security-Policy"]
        response["Content-Security-Policy"] = policy.replace(
            "form-action 'self'", f"form-action 'self' {origins}".rstrip()
        )
    return response


View = Callable[..., Any]


def open_to_systems(view: View) -> View:
    """Say that other systems call this view: it authenticates them itself."""
    return declared_public(view)


_endpoints = [
    path(".well-known/openid-configuration", open_to_systems(allauth.configuration), name="configuration"),
    path(".well-known/jwks.json", open_to_systems(allauth.jwks), name="jwks"),
    path("identity/o/authorize", open_to_systems(authorize), name="authorization"),
    path("identity/o/logout", open_to_systems(logout), name="logout"),
    path("identity/o/device", open_to_systems(nothing), name="device_authorization"),
    path("identity/o/api/token", open_to_systems(token), name="token"),
    path("identity/o/api/revoke", open_to_systems(allauth.revoke), name="revoke"),
    path("identity/o/api/userinfo", open_to_systems(allauth.user_info), name="userinfo"),
    path("identity/o/api/device/code", open_to_systems(nothing), name="device_code"),
]
urls = [path("", include(([path("", include((_endpoints, "oidc")))], "idp")))]

"""Addresses of the doors and of one's own pages. Names are those under which allauth looks for them."""

from __future__ import annotations

from django.urls import path

from tongban.channels.portal.views import account, contact, mandates, security, signin, signon

urls = [
    *signon.urls,
    path("signin", signin.sign_in, name="account_login"),
    path("signin/second", signin.second_factor, name="mfa_authenticate"),
    path("signin/passkey", signin.passkey, name="mfa_login_webauthn"),
    path("signin/persona", signin.persona),
    path("staff/signin", signin.staff_sign_in),
    path("signout", signin.sign_out, name="account_logout"),
    path("session", signin.session),
    path("session/extend", signin.extend),
    path("account", account.home, name="account_home"),
    path("account/real-name", account.real_name),
    path("account/companies", account.companies),
    path("account/children", account.children),
    path("account/mandates", mandates.mandates),
    path("account/mandates/new", mandates.mandate_form),
    path("account/mandates/<uuid:id>/<str:act>", mandates.mandate_act),
    path("account/kept/<uuid:id>", account.kept),
    path("account/security", security.security, name="account_reauthenticate"),
    path("account/contact/phone", contact.contact, {"kind": "phone"}),
    path("account/contact/mail", contact.contact, {"kind": "mail"}),
    path("account/password", security.password),
    path("account/security/app", security.add_totp),
    path("account/security/passkey", security.add_passkey),
    path("account/security/codes", security.recovery_codes),
    path("account/security/<int:id>/remove", security.remove),
    path("account/security/elsewhere", security.sign_out_everywhere),
    path("account/systems/<str:code>/leave", security.leave_system),
]

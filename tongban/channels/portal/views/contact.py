"""One's phone and mail: a new one is proved by a code, the old one is told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.views import forms
from tongban.channels.portal.views.account import go, show
from tongban.channels.portal.views.forms import Form
from tongban.channels.portal.views.security import account_holder
from tongban.channels.portal.views.signin import check_rate
from tongban.channels.ui import sessions
from tongban.foundation.identity import operations, queries
from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid, NotAllowed

PURPOSE = "contact"
MSG_STAFF = N_("工作人员用工号登录，没有手机号码和邮箱可以改。")
MSG_KIND = {"phone": N_("这里要填手机号码。"), "mail": N_("这里要填邮箱。")}


@account_holder
def contact(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for a new phone or mail, send a code there, take the code; whoever was reached before is told."""
    who, form = request.who, forms.read(request)  # type: ignore[attr-defined]
    if who.account.is_staff:
        raise NotAllowed("contact-of-staff", MSG_STAFF)
    sent, shown = False, None
    if request.method == "POST" and form.get("step") == "code":
        sent = True
        with form.tells({"contact": "contact"}, otherwise="code"):
            _change(request, form, kind)
            sessions.forget(request)
            return go(request, "/account/security?changed=" + kind)
        sent = "contact" not in form.wrong
    elif request.method == "POST":
        with form.tells(otherwise="contact"):
            shown = _send(request, form, kind)
            sent = True
    return show(
        request, "portal/account/contact.html", form, kind=kind, sent=sent, shown=shown,
        now=who.account.phone_masked if kind == "phone" else who.account.mail_masked,
    )  # fmt: skip


def _send(request: HttpRequest, form: Form, kind: str) -> str | None:
    who, new = request.who, form.get("contact")  # type: ignore[attr-defined]
    if ("@" in new) != (kind == "mail"):
        raise Invalid("contact-kind", MSG_KIND[kind])
    check_rate(request, "code", queries.contact_key(new))
    # Whether somebody else signs in with it is told only to who has proved that it is theirs.
    return operations.send_code(contact=new, purpose=PURPOSE, by=who.actor, at=clock.now())


def _change(request: HttpRequest, form: Form, kind: str) -> None:
    who, new, at = request.who, form.get("contact"), clock.now()  # type: ignore[attr-defined]
    operations.redeem_code(contact=new, purpose=PURPOSE, code=form.get("code"), by=who.actor, at=at)
    operations.change_contact(account=who.account.id, by=who.actor, at=at, **{kind: new})

"""How far a case is, for anyone who has number and code: no name, nothing of the form, not to be tried out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal.presenters import cases as presenter
from tongban.channels.portal.views import forms
from tongban.channels.portal.views.apply import drafts
from tongban.channels.portal.views.signin import check_rate
from tongban.channels.ui.access import anyone
from tongban.channels.ui.pages import reader_of, render
from tongban.foundation.government import queries as government
from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid
from tongban.services.approvals import queries as approvals
from tongban.services.cases import queries
from tongban.services.cases.types import Progress

MSG_WRONG = N_("编号和查询码对不上。请照收件凭证上的再输一次：编号 16 位数字，查询码 6 位。")


@anyone
def progress(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, or show how far the case is."""
    form = forms.read(request)
    found: Progress | None = None
    if request.method == "POST":
        with form.tells({"too-often": ""}, otherwise="number"):
            check_rate(request, "progress", queries.read_number(form.get("number")) or "none")
            found = queries.find_by_number(form.get("number"), form.get("code"))
            if found is None:
                raise Invalid("progress-wrong", MSG_WRONG)
    else:
        form.values["number"] = request.GET.get("number", "")[:40]
    language = reader_of(request).language
    return render(
        request,
        "portal/progress.html",
        keep=False,
        status=200 if form.fine else 422,
        form=form,
        found=found,
        number=queries.spaced(found.number) if found else "",
        service=drafts.service_name(request, found.service, found.service_name) if found else "",
        state=presenter.state_of(found) if found else None,
        branches=approvals.branches(found.case_id, at=clock.now()) if found else (),
        branch_states=presenter.BRANCHES,
        department_names=presenter.department_names(government.departments(), language),
    )

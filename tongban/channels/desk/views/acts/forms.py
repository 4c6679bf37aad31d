"""What the form of each act does: one operation of the domain, with what was typed."""

from __future__ import annotations

import uuid

from tongban.channels.desk.views.case import Open
from tongban.channels.ui.typed import Typed
from tongban.foundation.calendars.types import Procedure
from tongban.kernel.errors import N_, Invalid
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Change, Fault, Lapse, Member, Outcome, Stance
from tongban.services.cases import operations as cases
from tongban.services.cases.types import Demand, Ending, Refusal
from tongban.services.licences import operations as licences
from tongban.services.licences.types import Correction, Licence, Line

MSG_NO_BRANCH = N_("这件办件还没有审批线。")
MSG_LICENCE = N_("请从这件办件发出的证照里选。")


def _branch(one: Open) -> uuid.UUID:
    if one.branch is None:
        raise Invalid("no-branch", MSG_NO_BRANCH)
    return one.branch.id


def accept(one: Open, form: Typed) -> None:
    """Accept the case."""
    cases.accept(case_id=one.case.id, by=one.by, at=one.at)


def on_the_spot(one: Open, form: Typed) -> None:
    """Accept the case and grant what it asks for at once."""
    cases.accept(case_id=one.case.id, by=one.by, at=one.at)
    approvals.grant_on_the_spot(case_id=one.case.id, by=one.by, at=one.at)


def notice(one: Open, form: Typed) -> None:
    """Tell once what is missing: ticked papers, ticked fields, and lines of one's own."""
    demands = []
    papers = {f"{paper.item}.{paper.code}": paper for paper in one.case.materials}
    for key in form.all("paper"):
        paper = papers.get(key)
        if paper is not None:
            what = form.get(f"what:{key}") or paper.name
            demands.append(Demand(what=what, item=paper.item, material=paper.code))
    for code in form.all("field"):
        demands.append(Demand(what=form.get(f"what:{code}") or code, field=code))
    demands += _free_lines(form)
    cases.give_notice(case_id=one.case.id, demands=demands, by=one.by, at=one.at)


def _free_lines(form: Typed) -> list[Demand]:
    """Return what was written beside the list; each line says to which paper or field it belongs."""
    found = []
    for n in form.starting("line:"):
        what, (kind, _, key) = form.get(f"line:{n}"), form.get(f"of:{n}").partition(":")
        item, _, material = key.partition(".")
        if what:
            field = key if kind == "field" else ""
            found.append(Demand(what, item if not field else "", material if not field else "", field))
    return found


def decline(one: Open, form: Typed) -> None:
    """Refuse to accept the case."""
    cases.refuse_acceptance(
        case_id=one.case.id, refusal=form.choice("refusal", Refusal), reason=form.get("reason"),
        right_body=form.get("right_body"), by=one.by, at=one.at,
    )  # fmt: skip


def demand(one: Open, form: Typed) -> None:
    """Demand a paper after the one notice, which is a breach and is recorded as one."""
    item = one.branch.item if one.branch else ""
    cases.demand_later(
        case_id=one.case.id, what=form.get("what"), reason=form.get("reason"), item=item, by=one.by, at=one.at
    )


def terminate(one: Open, form: Typed) -> None:
    """End the case without a decision."""
    ending = form.choice("ending", Ending)
    cases.terminate(case_id=one.case.id, ending=ending, reason=form.get("reason"), by=one.by, at=one.at)


def take(one: Open, form: Typed) -> None:
    """Take the branch over."""
    approvals.take(branch_id=_branch(one), by=one.by, at=one.at)


def opinion(one: Open, form: Typed) -> None:
    """Give an opinion on the branch."""
    stance = form.choice("stance", Stance)
    approvals.give_opinion(
        branch_id=_branch(one), stance=stance, grounds=form.get("grounds"), by=one.by, at=one.at
    )


def first_review(one: Open, form: Typed) -> None:
    """Send the first review up to the body that decides."""
    stance = form.choice("stance", Stance)
    approvals.first_review(
        branch_id=_branch(one), stance=stance, grounds=form.get("grounds"), by=one.by, at=one.at
    )


def visit(one: Open, form: Typed) -> None:
    """Plan one visit for everybody who is named."""
    members = [
        Member(branch.id, form.all(f"people:{branch.id}"))
        for branch in one.branches
        if form.all(f"people:{branch.id}")
    ]
    approvals.plan_visit(
        case_id=one.case.id, starts_at=form.moment("on", "from"), ends_at=form.moment("on", "until"),
        place=form.get("place"), prepare=form.get("prepare"), members=members, by=one.by, at=one.at,
    )  # fmt: skip


def move_visit(one: Open, form: Typed) -> None:
    """Move the visit to another day."""
    if one.round is None or one.round.visit is None:
        raise Invalid("no-visit", MSG_NO_BRANCH)
    approvals.move_visit(
        visit_id=one.round.visit.id, starts_at=form.moment("on", "from"), ends_at=form.moment("on", "until"),
        reason=form.get("reason"), by=one.by, at=one.at,
    )  # fmt: skip


def finding(one: Open, form: Typed) -> None:
    """Record what the visit found."""
    passes = form.get("passes") == "yes"
    approvals.record_finding(
        branch_id=_branch(one), passes=passes, text=form.get("text"), by=one.by, at=one.at
    )


def stop(one: Open, form: Typed) -> None:
    """Stop the clock for a special procedure."""
    approvals.stop(
        branch_id=_branch(one), procedure=form.choice("procedure", Procedure), reason=form.get("reason"),
        expected_days=form.number("days"), hearing_on=form.day_or_none("hearing_on"), chair=form.get("chair"),
        by=one.by, at=one.at,
    )  # fmt: skip


def resume(one: Open, form: Typed) -> None:
    """Let the clock run again."""
    approvals.resume(branch_id=_branch(one), last_on=form.day_or_none("last_on"), by=one.by, at=one.at)


def extend(one: Open, form: Typed) -> None:
    """Extend the branch's limit, once."""
    approvals.extend(branch_id=_branch(one), reason=form.get("reason"), by=one.by, at=one.at)


def extend_round(one: Open, form: Typed) -> None:
    """Extend the limit of the whole joint procedure."""
    approvals.extend_round(case_id=one.case.id, reason=form.get("reason"), by=one.by, at=one.at)


def hand_over(one: Open, form: Typed) -> None:
    """Hand the branch over to a colleague."""
    approvals.hand_over(
        branch_id=_branch(one), to=form.get("to"), reason=form.get("reason"), by=one.by, at=one.at
    )


def assign(one: Open, form: Typed) -> None:
    """Give the branch to somebody of one's department."""
    approvals.assign(branch_id=_branch(one), to=form.get("to"), by=one.by, at=one.at)


def grant(one: Open, form: Typed) -> None:
    """Decide for it."""
    approvals.decide(
        branch_id=_branch(one), outcome=Outcome.GRANTED, reasons=form.get("reasons"), by=one.by, at=one.at
    )


def refuse(one: Open, form: Typed) -> None:
    """Decide against it, with the remedies that are told."""
    remedies = tuple(line.strip() for line in form.get("remedies").splitlines() if line.strip())
    approvals.decide(
        branch_id=_branch(one), outcome=Outcome.REFUSED, reasons=form.get("reasons"), remedies=remedies,
        by=one.by, at=one.at,
    )  # fmt: skip


def _licence(one: Open, said: str) -> Licence:
    for licence in one.licences:
        if str(licence.id) == said:
            return licence
    raise Invalid("no-licence", MSG_LICENCE)


def _chosen(one: Open, form: Typed) -> list[str]:
    return [_licence(one, said).number for said in form.all("licence")]


def correct(one: Open, form: Typed) -> None:
    """Issue a licence anew that says it right."""
    licence = _licence(one, form.get("licence"))
    face = tuple(Line(line.label, form.get(f"face:{licence.id}:{n}")) for n, line in enumerate(licence.face))
    until = form.day_or_none(f"valid_until:{licence.id}")
    name = form.get(f"holder_name:{licence.id}") or None
    licences.correct_grant(
        id=licence.id, what=form.get("what"), by=one.by, at=one.at,
        correction=Correction(name, face, until, is_open_ended=until is None),
    )  # fmt: skip


def suspend(one: Open, form: Typed) -> None:
    """Suspend a licence."""
    licence = _licence(one, form.get("licence"))
    licences.suspend(id=licence.id, law=form.get("law"), reason=form.get("reason"), by=one.by, at=one.at)


def resume_licence(one: Open, form: Typed) -> None:
    """Give a suspended licence back."""
    licence = _licence(one, form.get("licence"))
    licences.resume(id=licence.id, law=form.get("law"), reason=form.get("reason"), by=one.by, at=one.at)


def revoke(one: Open, form: Typed) -> None:
    """Revoke the grant and its licences."""
    approvals.revoke(
        branch_id=_branch(one), licences=_chosen(one, form), fault=form.choice("fault", Fault),
        reasons=form.get("reasons"), harms_public=form.get("harms") == "yes", by=one.by, at=one.at,
    )  # fmt: skip


def retract(one: Open, form: Typed) -> None:
    """Retract the grant for the public good, with compensation."""
    approvals.retract(
        branch_id=_branch(one), licences=_chosen(one, form), change=form.choice("change", Change),
        reasons=form.get("reasons"), compensation=form.get("compensation"), by=one.by, at=one.at,
    )  # fmt: skip


def cancel(one: Open, form: Typed) -> None:
    """Strike licences off."""
    approvals.cancel(
        branch_id=_branch(one), licences=_chosen(one, form), lapse=form.choice("lapse", Lapse),
        reasons=form.get("reasons"), by=one.by, at=one.at,
    )  # fmt: skip

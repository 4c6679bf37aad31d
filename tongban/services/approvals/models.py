"""Tables of approvals. Events, opinions and decisions are append-only: a trigger refuses.

``Branch`` is the legal state; ``Work`` repeats of it, and of cases that wait for a clerk, what a reviewer's queue
shows and sorts by, so that one statement over one index gives a page of it however many cases there are.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tongban.foundation.calendars.types import Procedure
from tongban.kernel.ids import new_id
from tongban.services.approvals.types import FINAL, Act, BranchState, Outcome, Role, Stage, Stance, WorkKind

SHA256 = r"^[0-9a-f]{64}$"
CLOSED = sorted(state.value for state in FINAL)


def _one_of(name: str, field: str, words: type) -> models.CheckConstraint:
    known = [word.value for word in words]  # type: ignore[attr-defined]
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": known}))


class Round(models.Model):
    """All branches of one accepted case. Its row is locked by every act on one of them, in this order always."""

    case_id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=16)
    service_kind = models.CharField(max_length=10)
    service_code = models.CharField(max_length=80)
    service_name = models.CharField(max_length=300)
    district = models.CharField(max_length=6, blank=True)
    applicant_kind = models.CharField(max_length=10)
    applicant_id = models.CharField(max_length=80)
    applicant_shown = models.CharField(max_length=300)
    """A person's name masked; a company's is public."""
    applicant_index = models.CharField(max_length=88)
    lead = models.CharField(max_length=80)
    is_joint = models.BooleanField()
    accepted_on = models.DateField()
    joint_due_on = models.DateField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    extended_reason = models.CharField(max_length=1000, blank=True)
    extended_by = models.CharField(max_length=200, blank=True)
    extended_by_name = models.CharField(max_length=200, blank=True)
    extended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="round_extension_says_why", condition=Q(extended_days=0) | ~Q(extended_reason="")
            ),
            models.CheckConstraint(name="round_extended_by_fifteen", condition=Q(extended_days__in=[0, 15])),
        ]


class Branch(models.Model):
    """One item before one department."""

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="branches")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=80)
    item_version = models.PositiveIntegerField()
    item_name = models.CharField(max_length=300)
    department = models.CharField(max_length=80)
    state = models.CharField(max_length=10)
    stage = models.CharField(max_length=10, default="main")
    first_department = models.CharField(max_length=80, blank=True)
    waits_for = ArrayField(models.CharField(max_length=80), default=list)
    promised_days = models.PositiveIntegerField()
    promised_calendar = models.BooleanField(default=False)
    statutory_days = models.PositiveIntegerField()
    statutory_calendar = models.BooleanField(default=False)
    is_immediate = models.BooleanField(default=False)
    silence_is_consent = models.BooleanField(default=False)
    needs_visit = models.BooleanField(default=False)
    shares_visit = models.BooleanField(default=False)
    assignee = models.CharField(max_length=80, blank=True)
    opened_on = models.DateField(null=True)
    started_on = models.DateField(null=True)
    """The day from which the present limit counts: the opening, or the receipt of the first review."""
    due_on = models.DateField(null=True)
    statutory_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    stopped_days = models.PositiveIntegerField(default=0)
    extended_days = models.PositiveSmallIntegerField(default=0)
    extended_reason = models.CharField(max_length=1000, blank=True)
    extended_by = models.CharField(max_length=200, blank=True)
    extended_by_name = models.CharField(max_length=200, blank=True)
    extended_at = models.DateTimeField(null=True)
    used_days = models.PositiveIntegerField(null=True)
    has_opinion = models.BooleanField(default=False)
    ended_because = models.CharField(max_length=40, blank=True)
    closed_at = models.DateTimeField(null=True)
    events_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["item", "-closed_at"], name="branch_precedents", condition=Q(closed_at__isnull=False)
            ),
            models.Index(
                fields=["department", "closed_at"],
                name="branch_performance",
                condition=Q(closed_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint("round", "item", name="branch_item_once"),
            _one_of("branch_state_known", "state", BranchState),
            _one_of("branch_stage_known", "stage", Stage),
            models.CheckConstraint(
                name="branch_closed_when_final",
                condition=Q(state__in=CLOSED, closed_at__isnull=False)
                | (~Q(state__in=CLOSED) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="branch_waiting_is_not_open",
                condition=Q(state="waiting", opened_on__isnull=True)
                | Q(state="ended")
                | (~Q(state="waiting") & Q(opened_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="branch_open_has_limits",
                condition=~Q(state="open") | Q(due_on__isnull=False, statutory_on__isnull=False),
            ),
            models.CheckConstraint(
                name="branch_stopped_has_no_limit", condition=~Q(state="stopped") | Q(due_on__isnull=True)
            ),
            models.CheckConstraint(
                name="branch_extension_says_why", condition=Q(extended_days=0) | ~Q(extended_reason="")
            ),
            models.CheckConstraint(name="branch_extended_by_ten", condition=Q(extended_days__in=[0, 10])),
        ]


class Event(models.Model):
    """One act of a branch, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    branch = models.ForeignKey(Branch, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint("branch", "number", name="branch_event_number_once"),
            _one_of("branch_event_act_known", "act", Act),
            _one_of("branch_event_role_known", "role", Role),
        ]


class Opinion(models.Model):
    """审查意见 with its grounds, never changed: who thinks better writes another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="opinions")
    stage = models.CharField(max_length=10)
    stance = models.CharField(max_length=10)
    grounds = models.TextField()
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="branch_opinion_has_grounds", condition=~Q(grounds="")),
            _one_of("branch_opinion_stance_known", "stance", Stance),
        ]


class Letter(models.Model):
    """文书: what was told in writing, word for word, with the seal on it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=80)
    text = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    seal = models.CharField(max_length=80)
    signature = models.JSONField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("number", name="branch_letter_number_once"),
            models.CheckConstraint(name="branch_letter_digest_is_sha256", condition=Q(sha256__regex=SHA256)),
        ]


class Stop(models.Model):
    """停钟. No row without a letter: without a written notice nothing stops (行政许可法 45)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="stops")
    procedure = models.CharField(max_length=20)
    reason = models.CharField(max_length=1000)
    first_on = models.DateField()
    last_on = models.DateField(null=True)
    expected_days = models.PositiveSmallIntegerField()
    hearing_on = models.DateField(null=True)
    chair = models.CharField(max_length=80, blank=True)
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("branch", name="branch_stopped_once", condition=Q(last_on__isnull=True)),
            models.CheckConstraint(name="branch_stop_says_how_long", condition=Q(expected_days__gte=1)),
            models.CheckConstraint(
                name="branch_stop_ends_after_it_begins",
                condition=Q(last_on__isnull=True) | Q(last_on__gte=F("first_on")),
            ),
            _one_of("branch_stop_procedure_known", "procedure", Procedure),
        ]


class Decision(models.Model):
    """The decision, once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    branch = models.ForeignKey(Branch, models.PROTECT, db_index=False, related_name="decisions")
    outcome = models.CharField(max_length=10)
    reasons = models.TextField(blank=True)
    remedies = ArrayField(models.CharField(max_length=500), default=list)
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="+")
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("branch", name="branch_decided_once"),
            _one_of("branch_outcome_known", "outcome", Outcome),
            models.CheckConstraint(
                name="branch_refusal_has_reasons",
                condition=~Q(outcome="refused") | (~Q(reasons="") & Q(remedies__len__gt=0)),
            ),
        ]


class Visit(models.Model):
    """踏勘: one for all who share it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    round = models.ForeignKey(Round, models.PROTECT, related_name="visits")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    prepare = models.CharField(max_length=1000, blank=True)
    moves = models.JSONField(default=list)
    """Each move: from which day, to which, at whose wish (applicant or office)."""
    planned_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="visit_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at")))
        ]


class VisitMember(models.Model):
    """A department's part in a visit: its people, and what they found."""

    id = models.UUIDField(primary_key=True, default=new_id)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="members")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    people = ArrayField(models.CharField(max_length=80))
    passes = models.BooleanField(null=True)
    finding = models.TextField(blank=True)
    found_by = models.CharField(max_length=200, blank=True)
    found_by_name = models.CharField(max_length=200, blank=True)
    found_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("branch", name="visit_planned_once"),
            models.CheckConstraint(name="visit_two_people", condition=Q(people__len__gte=2)),
            models.CheckConstraint(
                name="visit_finding_says_something",
                condition=Q(found_at__isnull=True, passes__isnull=True)
                | (Q(found_at__isnull=False, passes__isnull=False) & ~Q(finding="")),
            ),
        ]


class Work(models.Model):
    """One line of a queue: a branch, or a case that waits for a clerk (then ``branch`` is empty)."""

    id = models.UUIDField(primary_key=True)
    case_id = models.UUIDField(db_index=True)
    branch = models.OneToOneField(Branch, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10)
    department = models.CharField(max_length=80)
    district = models.CharField(max_length=6, blank=True)
    """For which district the case was filed; empty for the whole city."""
    assignee = models.CharField(max_length=80, blank=True)
    handed_by = models.CharField(max_length=80, blank=True)
    queue_on = models.DateField()
    """The last day; the end of time for what has none now, so that it comes last."""
    opened_on = models.DateField(null=True)
    allowed_days = models.PositiveIntegerField()
    stopped_days = models.PositiveIntegerField(default=0)
    item = models.CharField(max_length=80, blank=True)
    item_name = models.CharField(max_length=300, blank=True)
    service = models.CharField(max_length=80)
    service_name = models.CharField(max_length=300)
    number = models.CharField(max_length=16)
    applicant = models.CharField(max_length=300)
    applicant_index = models.CharField(max_length=88)
    is_immediate = models.BooleanField(default=False)
    papers = models.PositiveSmallIntegerField(default=0)
    papers_exempt = models.PositiveSmallIntegerField(default=0)
    papers_missing = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["department", "queue_on", "id"],
                include=["kind", "assignee", "district"],
                name="work_by_clock",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["assignee", "queue_on", "id"],
                include=["kind", "department", "district"],
                name="work_of_somebody",
                condition=Q(closed_at__isnull=True) & ~Q(assignee=""),
            ),
            models.Index(
                fields=["queue_on", "id"],
                include=["kind", "district"],
                name="work_of_halls",
                condition=Q(closed_at__isnull=True, kind__in=["accept", "supplement"]),
            ),
            models.Index(
                fields=["department", "-closed_at", "id"],
                name="work_done",
                condition=Q(closed_at__isnull=False),
            ),
        ]
        constraints = [_one_of("work_kind_known", "kind", WorkKind)]


class SavedFilter(models.Model):
    """A part of the queue that a member of staff comes back to, by a name of their own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    staff = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=600)
    """What the desk's address says after the question mark; read again with all care when it is opened."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("staff", "name", name="filter_name_once"),
            models.CheckConstraint(name="filter_says_something", condition=~Q(name="") & ~Q(query="")),
        ]

"""Tables of cases. Events, filings, letters, commitments and breaches are append-only: a trigger refuses.

Names and what the form says are sealed (foundation/trust); what lists and clocks need stands in the open.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.kernel.ids import new_id
from tongban.services.cases.types import Act, CaseState, Letter, MaterialState, Role

SHA256 = r"^[0-9a-f]{64}$"
UNFILED = ["draft", "withdrawn", "terminated"]
RUNNING = ["accepted", "decided", "closed"]


class Case(models.Model):
    """办件."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=16, null=True)
    code = models.CharField(max_length=6, blank=True)
    state = models.CharField(max_length=20)
    service_kind = models.CharField(max_length=10)
    service_code = models.CharField(max_length=80)
    service_name = models.CharField(max_length=300)
    versions = models.JSONField()
    bundle_version = models.PositiveIntegerField(null=True)
    applicant_kind = models.CharField(max_length=10)
    applicant_id = models.CharField(max_length=80)
    applicant_name = models.BinaryField()
    filed_by_kind = models.CharField(max_length=40)
    filed_by_id = models.CharField(max_length=200)
    via = models.CharField(max_length=20)
    mandate = models.UUIDField(null=True)
    district = models.CharField(max_length=6, blank=True)
    answers = models.JSONField(default=dict)
    items = ArrayField(models.CharField(max_length=80))
    departments = ArrayField(models.CharField(max_length=80))
    plan = models.JSONField(default=list)
    form = models.JSONField(default=list)
    asked_by = ArrayField(models.CharField(max_length=80), default=list)
    """Data elements of the form by which departments are asked for papers: a change of one is looked at again."""
    is_immediate = models.BooleanField(default=False)
    promised_days = models.PositiveIntegerField(null=True)
    promised_calendar = models.BooleanField(default=False)
    statutory_days = models.PositiveIntegerField(null=True)
    statutory_calendar = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    start_key = models.CharField(max_length=200, null=True)
    received_at = models.DateTimeField(null=True)
    completeness_due = models.DateField(null=True)
    submission_key = models.CharField(max_length=400, null=True)
    accepted_on = models.DateField(null=True)
    is_deemed = models.BooleanField(default=False)
    promised_due = models.DateField(null=True)
    statutory_due = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    closed_at = models.DateTimeField(null=True)
    events_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["applicant_kind", "applicant_id", "-started_at"], name="cases_by_applicant"),
            models.Index(fields=["filed_by_id", "-started_at"], name="cases_by_filer"),
            models.Index(
                "completeness_due",
                "id",
                name="cases_to_accept",
                condition=Q(state__in=["received", "supplement"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint("number", name="case_number_once"),
            models.UniqueConstraint("submission_key", name="case_submission_key_once"),
            models.UniqueConstraint("start_key", name="case_start_key_once"),
            models.CheckConstraint(
                name="case_state_known", condition=Q(state__in=[one.value for one in CaseState])
            ),
            models.CheckConstraint(name="case_number_shape", condition=Q(number__regex=r"^[1-9][0-9]{15}$")),
            models.CheckConstraint(
                name="case_number_with_receipt",
                condition=Q(number__isnull=True, received_at__isnull=True)
                | Q(number__isnull=False, received_at__isnull=False, completeness_due__isnull=False),
            ),
            models.CheckConstraint(
                name="case_filed_unless_draft", condition=Q(state__in=UNFILED) | Q(received_at__isnull=False)
            ),
            models.CheckConstraint(
                name="case_accepted_has_day", condition=~Q(state__in=RUNNING) | Q(accepted_on__isnull=False)
            ),
            models.CheckConstraint(
                name="case_service_known", condition=Q(service_kind__in=["item", "bundle"])
            ),
        ]


class Form(models.Model):
    """What is written in the form now: one sealed document, with a version for each save."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    document = models.BinaryField()
    saved_at = models.DateTimeField()


class Material(models.Model):
    """One paper of a case: what it is, and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=80)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    word = models.CharField(max_length=80, blank=True)
    is_secondary = models.BooleanField(default=False)
    """容缺后补: may be promised for later."""
    state = models.CharField(max_length=10)
    kind = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    law = models.CharField(max_length=400, blank=True)
    evidence = models.JSONField(null=True)
    document = models.UUIDField(null=True)
    document_name = models.CharField(max_length=300, blank=True)
    same_as = ArrayField(models.CharField(max_length=80), null=True)
    due_on = models.DateField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "item", "code", name="case_material_once"),
            models.CheckConstraint(
                name="case_material_state_known", condition=Q(state__in=[one.value for one in MaterialState])
            ),
            models.CheckConstraint(
                name="case_material_given_has_file", condition=~Q(state="given") | Q(document__isnull=False)
            ),
            models.CheckConstraint(
                name="case_material_later_has_day", condition=~Q(state="later") | Q(due_on__isnull=False)
            ),
        ]
        indexes = [models.Index("document", name="cases_by_document", condition=Q(document__isnull=False))]


class Event(models.Model):
    """One act of a case, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20)
    facts = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "number", name="case_event_number_once"),
            models.CheckConstraint(
                name="case_event_act_known", condition=Q(act__in=["start", *(one.value for one in Act)])
            ),
            models.CheckConstraint(
                name="case_event_role_known", condition=Q(role__in=[one.value for one in Role])
            ),
        ]


class Filing(models.Model):
    """What was handed in, as it was: the sealed form and the papers. Decisions are replayed from it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    document = models.BinaryField()
    materials = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "number", name="case_filing_number_once"),
            models.CheckConstraint(name="case_filing_digest_is_sha256", condition=Q(digest__regex=SHA256)),
        ]


class Paper(models.Model):
    """文书: what the office told in writing, word for word, with the seal on it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=80)
    text = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    seal = models.CharField(max_length=80)
    signature = models.JSONField()
    demands = models.JSONField(default=list)
    form_version = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("case", name="case_notice_once", condition=Q(kind="notice")),
            models.UniqueConstraint("number", name="case_paper_number_once"),
            models.CheckConstraint(
                name="case_paper_kind_known", condition=Q(kind__in=[one.value for one in Letter])
            ),
            models.CheckConstraint(name="case_paper_digest_is_sha256", condition=Q(sha256__regex=SHA256)),
        ]


class Commitment(models.Model):
    """告知承诺 as signed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    item = models.CharField(max_length=80)
    material = models.CharField(max_length=80, blank=True)
    text = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    signed_by_kind = models.CharField(max_length=40)
    signed_by_id = models.CharField(max_length=200)
    signed_by_name = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "item", "material", name="case_commitment_once"),
            models.CheckConstraint(
                name="case_commitment_digest_is_sha256", condition=Q(sha256__regex=SHA256)
            ),
        ]


class Correction(models.Model):
    """“信息有误”: a request to whoever keeps the register."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    field = models.CharField(max_length=80)
    register = models.CharField(max_length=200)
    said = models.BinaryField()
    claimed = models.BinaryField()
    grounds = models.CharField(max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "case", "field", name="case_correction_open_once", condition=Q(answered_at__isnull=True)
            )
        ]


class Breach(models.Model):
    """A duty that the office broke, on record for supervision."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    what = models.TextField()
    reason = models.TextField()
    law = models.CharField(max_length=200)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="case_breach_says_why", condition=~Q(reason="") & ~Q(what=""))
        ]

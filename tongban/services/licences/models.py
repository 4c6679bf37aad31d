"""Tables of licences. Changes and signings are append-only: a trigger refuses.

The holder's name and the face are encrypted (foundation/trust); what is needed to count, to expire and to answer
/verify stands in the open.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tongban.kernel.ids import new_id
from tongban.services.licences.types import Act, LicenceState

SHA256 = r"^[0-9a-f]{64}$"
STORED_STATES = [state.value for state in LicenceState if state is not LicenceState.EXPIRED]


class TypeNumber(models.Model):
    """The number (001–999) of a licence type at the body that defined it: part of every identifier, for ever."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=80)
    body = models.CharField(max_length=18)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("body", "number", name="licence_type_number_once"),
            models.UniqueConstraint("type", "body", name="licence_type_numbered_once"),
            models.CheckConstraint(
                name="licence_type_number_three_digits", condition=Q(number__gte=1, number__lte=999)
            ),
        ]


class Series(models.Model):
    """The last number given in a series: without gaps, as licence numbers are counted."""

    code = models.CharField(max_length=40, primary_key=True)
    last = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(name="licence_series_counts", condition=Q(last__gte=1))]


class Signing(models.Model):
    """One signature, over the root of a hash tree: of one record, or of all that were issued together."""

    id = models.UUIDField(primary_key=True, default=new_id)
    root = models.BinaryField(max_length=32)
    seal = models.CharField(max_length=80)
    suite = models.CharField(max_length=20)
    certificate = models.CharField(max_length=40)
    value = models.BinaryField()
    time_stamp = models.BinaryField()
    at = models.DateTimeField()


class Licence(models.Model):
    """证照, one version. A correction is a row of its own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=60)
    identifier = models.CharField(max_length=140)
    code = models.CharField(max_length=6)
    type = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    item = models.CharField(max_length=80)
    item_version = models.PositiveIntegerField(default=0)
    case_id = models.UUIDField(null=True)
    branch_id = models.UUIDField(null=True)
    department = models.CharField(max_length=80)
    issuer = models.CharField(max_length=300)
    issuer_code = models.CharField(max_length=18)
    district = models.CharField(max_length=6, blank=True)
    holder_kind = models.CharField(max_length=10)
    holder_id = models.CharField(max_length=80)
    holder_name = models.BinaryField()
    face = models.BinaryField()
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    validity = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="newer")
    is_combined = models.BooleanField(default=False)
    changes_count = models.PositiveIntegerField(default=0)
    signing = models.ForeignKey(Signing, models.PROTECT, db_index=False, related_name="+")
    path = models.BinaryField(default=b"")
    document = models.UUIDField(null=True)
    document_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["holder_kind", "holder_id", "-issued_at"], name="licences_of_holder"),
            models.Index("case_id", name="licences_of_case", condition=Q(case_id__isnull=False)),
            models.Index("document_sha256", name="licences_by_file", condition=~Q(document_sha256="")),
            models.Index("number", name="licences_by_number"),
        ]
        constraints = [
            models.UniqueConstraint("number", "version", name="licence_number_once"),
            models.UniqueConstraint("identifier", name="licence_identifier_once"),
            models.UniqueConstraint(
                "branch_id", "type", name="licence_once_per_branch",
                condition=Q(branch_id__isnull=False, version=1),
            ),
            models.UniqueConstraint(
                "case_id", name="licence_combined_once_per_case",
                condition=Q(is_combined=True, version=1, case_id__isnull=False),
            ),
            models.CheckConstraint(name="licence_state_known", condition=Q(state__in=STORED_STATES)),
            models.CheckConstraint(name="licence_holder_known", condition=Q(holder_kind__in=["person", "company"])),
            models.CheckConstraint(
                name="licence_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="licence_later_version_replaces",
                condition=Q(version=1, replaces__isnull=True) | Q(version__gt=1, replaces__isnull=False),
            ),
            models.CheckConstraint(
                name="licence_file_has_digest",
                condition=Q(document__isnull=True, document_sha256="")
                | Q(document__isnull=False, document_sha256__regex=SHA256),
            ),
        ]  # fmt: skip


class Sharing(models.Model):
    """A holder's leave to look at a licence for a while: by a code of its own, of which only a keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="sharings")
    code = models.CharField(max_length=64)
    purpose = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint("code", name="licence_sharing_code_once"),
            models.CheckConstraint(name="licence_sharing_ends", condition=Q(ends_at__gt=F("made_at"))),
        ]


class Part(models.Model):
    """A licence that a combined one (一业一证) stands on."""

    id = models.BigAutoField(primary_key=True)
    combined = models.ForeignKey(Licence, models.PROTECT, related_name="parts")
    part = models.ForeignKey(Licence, models.PROTECT, related_name="in_combined")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("combined", "part", name="licence_part_once"),
            models.CheckConstraint(name="licence_not_its_own_part", condition=~Q(combined=F("part"))),
        ]


class Change(models.Model):
    """One act upon a licence; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    licence = models.ForeignKey(Licence, models.PROTECT, db_index=False, related_name="changes")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=10)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    law = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("licence", "number", name="licence_change_number_once"),
            models.CheckConstraint(name="licence_act_known", condition=Q(act__in=[one.value for one in Act])),
            models.CheckConstraint(
                name="licence_change_says_why", condition=Q(act="issue") | (~Q(law="") & ~Q(reason=""))
            ),
        ]

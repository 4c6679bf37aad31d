"""Tables of identity. What names a person is encrypted (``…_sealed``), found by a keyed index, kept masked beside.

``Account`` is Django's user model: django-allauth signs it in. It holds no rights of its own: a person's come from
the person, staff's from their posts.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from tongban.kernel.ids import new_id

INDEX_LENGTH = 88
"""A keyed index is the text of at most 64 bytes, in hex or Base64 (trust decides)."""


def index_field(**options: object) -> models.CharField:
    """Return a column for a keyed index."""
    return models.CharField(max_length=INDEX_LENGTH, **options)  # type: ignore[arg-type]


class NaturalPerson(models.Model):
    """自然人: one row a number, with or without an account."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sealed = models.BinaryField()
    number_index = index_field()
    name_index = index_field(db_index=True)
    masked_name = models.CharField(max_length=100)
    masked_number = models.CharField(max_length=40)
    birth_on = models.DateField()
    sex = models.CharField(max_length=1)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=100, blank=True)
    died_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="person_number_once", fields=["number_index"]),
            models.CheckConstraint(
                name="person_verified_by_somebody", condition=Q(verified_at__isnull=True) | ~Q(verified_by="")
            ),
            models.CheckConstraint(
                name="person_dies_after_birth",
                condition=Q(died_on__isnull=True) | Q(died_on__gte=F("birth_on")),
            ),
        ]


class LegalEntity(models.Model):
    """法人和非法人组织, as the register had them when last asked."""

    id = models.UUIDField(primary_key=True, default=new_id)
    credit_code = models.CharField(max_length=18)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    district = models.CharField(max_length=6, blank=True)
    legal_representative = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="companies")
    bound_at = models.DateTimeField(null=True)
    dissolved_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="company_credit_code_once", fields=["credit_code"]),
            models.CheckConstraint(
                name="company_credit_code_form", condition=Q(credit_code__regex=r"^[0-9]{8}[0-9A-Z]{10}$")
            ),
        ]


class AccountManager(BaseUserManager):
    """Finds accounts by what Django calls the natural key."""


class Account(AbstractBaseUser):
    """账户: how somebody comes in. ``handle`` is a staff code or an opaque word, never a personal number."""

    id = models.UUIDField(primary_key=True, default=new_id)
    handle = models.CharField(max_length=80, unique=True)
    person = models.OneToOneField(NaturalPerson, models.PROTECT, null=True, related_name="account")
    staff = models.OneToOneField(
        "government.StaffMember", models.PROTECT, to_field="code", null=True, related_name="+"
    )
    contact_sealed = models.BinaryField(null=True)
    phone_index = index_field(null=True)
    phone_masked = models.CharField(max_length=40, blank=True)
    mail_index = index_field(null=True)
    mail_masked = models.CharField(max_length=200, blank=True)
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    sessions_since = models.DateTimeField(null=True)
    """Sessions that began before this moment have ended."""
    is_demonstration = models.BooleanField(default=False)

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: list[str] = []
    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="account_phone_once", fields=["phone_index"]),
            models.UniqueConstraint(name="account_mail_once", fields=["mail_index"]),
            models.CheckConstraint(
                name="account_of_person_or_staff", condition=Q(person__isnull=True) | Q(staff__isnull=True)
            ),
        ]


class Mandate(models.Model):
    """委托. The principal is a person or a company."""

    id = models.UUIDField(primary_key=True, default=new_id)
    company = models.ForeignKey(LegalEntity, models.PROTECT, null=True, related_name="mandates")
    person = models.ForeignKey(NaturalPerson, models.PROTECT, null=True, related_name="mandates_given")
    grantee = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="mandates_received")
    items = models.JSONField(default=list)
    given_at = models.DateTimeField()
    until = models.DateField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mandate_of_one_principal",
                condition=Q(company__isnull=False, person__isnull=True)
                | Q(company__isnull=True, person__isnull=False),
            ),
            models.CheckConstraint(
                name="mandate_not_to_oneself",
                condition=Q(person__isnull=True) | ~Q(person=F("grantee")),
            ),
            models.CheckConstraint(
                name="mandate_accepted_or_declined",
                condition=Q(accepted_at__isnull=True) | Q(declined_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="mandate_open_once",
                fields=["company", "person", "grantee", "items"],
                condition=Q(revoked_at__isnull=True, declined_at__isnull=True, accepted_at__isnull=True),
                nulls_distinct=False,
            ),
        ]


class Guardianship(models.Model):
    """监护, from the population register. It ends by itself when the ward comes of age."""

    id = models.UUIDField(primary_key=True, default=new_id)
    guardian = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="wards")
    ward = models.ForeignKey(NaturalPerson, models.PROTECT, related_name="guardians")
    confirmed_at = models.DateTimeField()
    register = models.CharField(max_length=100)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="guardianship_once", fields=["guardian", "ward"], condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(name="guardianship_of_another", condition=~Q(guardian=F("ward"))),
        ]


class OfficerSeat(models.Model):
    """三员. One row a member of staff, so that nobody can be two of them whatever the program does."""

    staff = models.OneToOneField(
        "government.StaffMember", models.PROTECT, to_field="code", primary_key=True, related_name="+"
    )
    duty = models.CharField(max_length=20)
    appointed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="officer_of_three",
                condition=Q(duty__in=["system-officer", "security-officer", "audit-officer"]),
            )
        ]


class StaffAbsence(models.Model):
    """离岗 and who stands in."""

    id = models.UUIDField(primary_key=True, default=new_id)
    staff = models.ForeignKey(
        "government.StaffMember", models.PROTECT, to_field="code", related_name="+", db_index=True
    )
    substitute = models.ForeignKey(
        "government.StaffMember", models.PROTECT, to_field="code", related_name="+", db_index=True
    )
    from_on = models.DateField()
    until_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="absence_forward", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(name="absence_not_own_substitute", condition=~Q(staff=F("substitute"))),
        ]


class Unmasking(models.Model):
    """查看完整号码: who, what, why, by which law; readable again until ``until`` by the same person."""

    id = models.UUIDField(primary_key=True, default=new_id)
    staff_code = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    field = models.CharField(max_length=20)
    purpose = models.CharField(max_length=300)
    law = models.CharField(max_length=300)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index("staff_code", "subject_id", "until", name="unmasking_by_reader")]
        constraints = [
            models.CheckConstraint(
                name="unmasking_has_purpose_and_law", condition=~Q(purpose="") & ~Q(law="")
            ),
            models.CheckConstraint(name="unmasking_ends", condition=Q(until__gt=F("at"))),
        ]


class UnmaskingReview(models.Model):
    """安全管理员复核: what the security officer found of one reading in full; ``record`` is its act on the ledger."""

    record = models.UUIDField(primary_key=True)
    reviewer = models.CharField(max_length=80)
    verdict = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unmasking_review_verdict",
                condition=Q(verdict="fine") | Q(verdict="doubtful") & ~Q(note=""),
            ),
        ]


class SignInCode(models.Model):
    """验证码 by phone or mail: kept as a digest, five tries, five minutes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=5)
    address_index = index_field(db_index=True)
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="code_tried_five_times_at_most", condition=Q(tries__lte=5)),
            models.CheckConstraint(name="code_by_phone_or_mail", condition=Q(channel__in=["phone", "mail"])),
        ]


class KeptForm(models.Model):
    """What somebody had typed when their session ended, encrypted, given back to the same account once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)
    sealed = models.BinaryField()
    kept_at = models.DateTimeField(db_index=True)


class PairwiseSubject(models.Model):
    """The name of an account towards one system that signs on here: opaque, another for each system."""

    sub = models.CharField(max_length=64, primary_key=True)
    client = models.CharField(max_length=100)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pairwise_subject_once", fields=["client", "account"]),
        ]


class TokenGrant(models.Model):
    """One issue of tokens to another system; those of one sign-on share a ``family`` (RFC 9700, 4.14.2)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    family = models.UUIDField(db_index=True)
    client = models.CharField(max_length=100)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    refresh_hash = models.CharField(max_length=255)
    access_hash = models.CharField(max_length=255, db_index=True)
    issuer = models.CharField(max_length=200, blank=True)
    party_kind = models.CharField(max_length=10, blank=True)
    party_id = models.CharField(max_length=40, blank=True)
    issued_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="token_grant_once", fields=["refresh_hash"]),
            models.CheckConstraint(
                name="token_grant_for_a_party",
                condition=Q(party_kind="", party_id="")
                | Q(party_kind__in=["person", "company"]) & ~Q(party_id=""),
            ),
        ]


class SignOnKey(models.Model):
    """The RSA key that signs what other systems are told about who signed on."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="sign_on_key_ends", condition=Q(ends_at__gt=F("made_at"))),
        ]

"""Tables of trust: wrapped data keys, the authority, seals with their certificates, the register of sealings."""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import new_id


class Key(models.Model):
    """A data key, wrapped by the master key. Rows are never deleted: what they encrypted could not be read."""

    number = models.AutoField(primary_key=True)
    purpose = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    suite = models.CharField(max_length=20)
    wrapped = models.BinaryField()
    master = models.BinaryField(max_length=8)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("purpose", "kind", "version", name="trust_key_version_once"),
            models.CheckConstraint(
                name="trust_key_kind_known", condition=models.Q(kind__in=["data", "index"])
            ),
        ]


class Authority(models.Model):
    """The embedded authority in one suite: its root, or the one that stamps time. Demonstration only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    role = models.CharField(max_length=10)
    suite = models.CharField(max_length=20)
    certificate = models.BinaryField()
    private = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("role", "suite", name="trust_authority_once")]


class SealRow(models.Model):
    """A seal of an office."""

    code = models.CharField(max_length=80, primary_key=True)
    name = models.CharField(max_length=200)
    department = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "trust_seal"


class SealCertificate(models.Model):
    """A seal's certificate with its private key, encrypted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    seal = models.ForeignKey(SealRow, models.PROTECT, related_name="certificates")
    suite = models.CharField(max_length=20)
    serial = models.CharField(max_length=40)
    certificate = models.BinaryField()
    private = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("serial", name="trust_serial_once"),
            models.CheckConstraint(
                name="trust_certificate_has_a_span",
                condition=models.Q(valid_until__gt=models.F("valid_from")),
            ),
        ]


class Sealing(models.Model):
    """One use of a seal (用印登记): the digest of what was sealed, as it left the office."""

    id = models.UUIDField(primary_key=True, default=new_id)
    seal = models.ForeignKey(SealRow, models.PROTECT, related_name="+")
    suite = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("digest", name="trust_sealing_by_digest")]

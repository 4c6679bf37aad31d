"""Tables of documents: contents by keyed digest, encrypted, and who handed in which one for what."""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import new_id


class Content(models.Model):
    """A content, once. ``address`` is its keyed digest: whoever has the table can not try known files on it."""

    address = models.CharField(primary_key=True, max_length=64)
    data = models.BinaryField()
    stored_at = models.DateTimeField()


class Stored(models.Model):
    """A document: one version of what an owner handed in or the office issued."""

    id = models.UUIDField(primary_key=True, default=new_id)
    content = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    facts = models.BinaryField()
    """Name and SHA-256, encrypted: names of files name people."""
    purpose = models.CharField(max_length=80)
    owner_kind = models.CharField(max_length=40)
    owner_id = models.CharField(max_length=200)
    series = models.UUIDField()
    version = models.PositiveIntegerField()
    stored_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=40)
    actor_id = models.CharField(max_length=200)
    retain_until = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("owner_kind", "owner_id", "stored_at", name="documents_by_owner"),
            models.Index("retain_until", name="documents_to_erase", condition=models.Q(erased_at=None)),
        ]
        constraints = [
            models.UniqueConstraint("series", "version", name="documents_version_once"),
            models.CheckConstraint(
                name="documents_erased_has_no_content",
                condition=models.Q(content__isnull=True, erased_at__isnull=False)
                | models.Q(content__isnull=False, erased_at__isnull=True),
            ),
            models.CheckConstraint(name="documents_not_empty", condition=models.Q(size__gt=0)),
        ]

"""Which pack is loaded: every publication is a revision, and the files of the last load by their digest."""

from __future__ import annotations

from django.db import models

SHA256 = r"^[0-9a-f]{64}$"


class PackRevision(models.Model):
    """One act of publishing: a load of the folder, or going back with one item.

    The number comes from a sequence, so that a number once seen never names another state (caches are
    keyed by it), not even after a load that was undone; numbers may therefore skip.
    """

    number = models.BigAutoField(primary_key=True)
    act = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    why = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    summary = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pack_revision_digest_is_sha256", condition=models.Q(digest__regex=SHA256)
            ),
            models.CheckConstraint(
                name="pack_revision_act_known", condition=models.Q(act__in=["load", "rollback"])
            ),
        ]


class PackFile(models.Model):
    """A file of the folder as it was last loaded."""

    path = models.CharField(max_length=500, primary_key=True)
    sha256 = models.CharField(max_length=64)
    revision = models.ForeignKey(PackRevision, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pack_file_digest_is_sha256", condition=models.Q(sha256__regex=SHA256)
            ),
        ]

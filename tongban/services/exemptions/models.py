"""Table of exemptions: each examination with everything it stood on; never changed (a trigger refuses)."""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import new_id


class Examination(models.Model):
    """What was decided about all papers of a case at one moment."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    decisions = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index("subject_kind", "subject_id", "at", name="exemptions_by_subject")]
        constraints = [
            models.CheckConstraint(
                name="exemptions_digest_is_sha256", condition=models.Q(digest__regex=r"^[0-9a-f]{64}$")
            )
        ]

"""Tables of bundles: versions are immutable documents (a trigger forbids UPDATE and DELETE).

With each version stand the figures the compiler gave for the reference case when it was published.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.kernel.ids import new_id

SHA256 = r"^[0-9a-f]{64}$"


class Bundle(models.Model):
    """一件事 with what browsing needs of its current version."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=80)
    version = models.ForeignKey("bundles.BundleVersion", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    pack_digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField()
    is_offered = models.BooleanField(default=True)
    name = models.CharField(max_length=300)
    order_key = models.CharField(max_length=400)
    lead = models.ForeignKey("government.Department", models.PROTECT, to_field="code", related_name="+")
    themes = ArrayField(models.CharField(max_length=80))
    audience = ArrayField(models.CharField(max_length=1))
    items = ArrayField(models.CharField(max_length=80))
    featured = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="bundle_code_once", fields=["code"])]


class BundleVersion(models.Model):
    """One published version of a bundle; never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    figures = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    act = models.CharField(max_length=20)
    went_back_to = models.PositiveIntegerField(null=True)
    published_at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    why = models.TextField(blank=True)
    revision = models.ForeignKey("packs.PackRevision", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bundle_version_number_once", fields=["bundle", "number"]),
            models.CheckConstraint(name="bundle_version_counts_from_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(
                name="bundle_version_digest_is_sha256", condition=models.Q(digest__regex=SHA256)
            ),
            models.CheckConstraint(
                name="bundle_version_act_known",
                condition=models.Q(act__in=["published", "withdrawn", "went_back"]),
            ),
            models.CheckConstraint(
                name="bundle_version_going_back_says_why",
                condition=~models.Q(act="went_back")
                | (models.Q(went_back_to__lt=models.F("number")) & ~models.Q(why="")),
            ),
        ]

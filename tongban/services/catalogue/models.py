"""Tables of the catalogue.

An item's versions are immutable documents (a trigger forbids UPDATE and DELETE); the item's row repeats
of its current version what lists filter and sort by. Code lists keep the pack's record as it is.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tongban.foundation.government.types import Level
from tongban.kernel.ids import new_id
from tongban.services.catalogue.search import models as search_models  # noqa: F401  tables of search
from tongban.services.catalogue.types import CaseKind, Depth, ItemState, Sure, TaskType

SHA256 = r"^[0-9a-f]{64}$"


def _one_of(name: str, field: str, words: type) -> models.CheckConstraint:
    known = [word.value for word in words]  # type: ignore[attr-defined]
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__in": known}))


class Item(models.Model):
    """事项 with what browsing needs of its current version."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=80)
    version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    pack_digest = models.CharField(max_length=64, blank=True)
    """What the folder said at its last load; after going back it differs from ``digest``."""
    published_at = models.DateTimeField()
    name = models.CharField(max_length=300)
    english = models.CharField(max_length=300, blank=True)
    plain = models.CharField(max_length=300)
    plain_english = models.CharField(max_length=300, blank=True)
    order_key = models.CharField(max_length=400)
    type = models.CharField(max_length=2)
    level = models.CharField(max_length=1)
    department = models.ForeignKey("government.Department", models.PROTECT, to_field="code", related_name="+")
    audience = ArrayField(models.CharField(max_length=1))
    themes = ArrayField(models.CharField(max_length=80))
    state = models.CharField(max_length=20)
    depth = models.CharField(max_length=20)
    sure = models.CharField(max_length=1)
    case_kind = models.CharField(max_length=1)
    promise_days = models.PositiveIntegerField(null=True)
    promise_unit = models.CharField(max_length=10, blank=True)
    statutory_days = models.PositiveIntegerField(null=True)
    statutory_unit = models.CharField(max_length=10, blank=True)
    visits = models.PositiveIntegerField()
    materials = models.PositiveIntegerField()
    charged = models.BooleanField(null=True)
    online_depth = models.PositiveIntegerField()
    terminal = models.BooleanField()
    variants = ArrayField(models.CharField(max_length=6))
    numbers = ArrayField(models.CharField(max_length=80))
    """Codes that other bodies gave it (基本编码, 实施编码 …)."""

    class Meta:
        indexes = [
            models.Index(fields=["state", "order_key"], name="item_by_name"),
            models.Index(fields=["department", "order_key"], name="item_by_department"),
            GinIndex(fields=["themes"], name="item_by_theme"),
            GinIndex(fields=["numbers"], name="item_by_number"),
        ]
        constraints = [
            models.UniqueConstraint(name="item_code_once", fields=["code"]),
            _one_of("item_type_known", "type", TaskType),
            _one_of("item_level_known", "level", Level),
            _one_of("item_state_known", "state", ItemState),
            _one_of("item_depth_known", "depth", Depth),
            _one_of("item_case_kind_known", "case_kind", CaseKind),
            _one_of("item_sure_known", "sure", Sure),
            models.CheckConstraint(name="item_has_audience", condition=models.Q(audience__len__gt=0)),
            models.CheckConstraint(name="item_has_theme", condition=models.Q(themes__len__gt=0)),
            models.CheckConstraint(
                name="item_promise_within_statutory",
                condition=models.Q(promise_days__isnull=True)
                | models.Q(statutory_days__isnull=True)
                | ~models.Q(promise_unit=models.F("statutory_unit"))
                | models.Q(promise_days__lte=models.F("statutory_days")),
            ),
        ]


class ItemVersion(models.Model):
    """One published version of an item; never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
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
            models.UniqueConstraint(name="item_version_number_once", fields=["item", "number"]),
            models.CheckConstraint(name="item_version_counts_from_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(
                name="item_version_digest_is_sha256", condition=models.Q(digest__regex=SHA256)
            ),
            models.CheckConstraint(
                name="item_version_act_known",
                condition=models.Q(act__in=["published", "withdrawn", "went_back"]),
            ),
            models.CheckConstraint(
                name="item_version_going_back_says_why",
                condition=~models.Q(act="went_back")
                | (models.Q(went_back_to__lt=models.F("number")) & ~models.Q(why="")),
            ),
        ]


class Entry(models.Model):
    """What every code list's row has; ``position`` is its place in the pack."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=80, unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    position = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)

    class Meta:
        abstract = True


class Theme(Entry):
    """生活主题."""

    audience = models.CharField(max_length=1)


class LicenceType(Entry):
    """证照类型."""

    issuer = models.ForeignKey(
        "government.Department", models.PROTECT, to_field="code", related_name="+", null=True
    )


class DataElement(Entry):
    """数据元."""


class Source(Entry):
    """Where facts were read."""


class City(Entry):
    """The head of the pack; one row is current."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="city_one_is_current", fields=["is_current"], condition=models.Q(is_current=True)
            )
        ]


class ImportBatch(models.Model):
    """One list taken in: which file, by whom, what became of its rows."""

    id = models.UUIDField(primary_key=True, default=new_id)
    file = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=40)
    by_id = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200, blank=True)
    columns = models.JSONField()
    rows = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    reasons = models.JSONField(default=dict)
    warnings = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_accounts_for_every_row",
                condition=models.Q(rows=models.F("accepted") + models.F("rejected")),
            )
        ]


class DraftItem(models.Model):
    """An item taken from a list: what the list says, to be completed in the pack and published."""

    id = models.UUIDField(primary_key=True, default=new_id)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="drafts")
    row = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    type = models.CharField(max_length=2)
    department = models.ForeignKey(
        "government.Department", models.PROTECT, to_field="code", related_name="+", null=True
    )
    department_said = models.CharField(max_length=300)
    document = models.JSONField()
    warnings = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            models.UniqueConstraint(name="draft_row_once", fields=["batch", "row"]),
            models.UniqueConstraint(
                name="draft_number_once", fields=["number"], condition=~models.Q(number="")
            ),
            models.CheckConstraint(name="draft_has_name", condition=~models.Q(name="")),
            _one_of("draft_type_known", "type", TaskType),
        ]


class EqualityReport(models.Model):
    """The nightly comparison of the districts: one row a day, the last run of the day stands."""

    id = models.UUIDField(primary_key=True, default=new_id)
    day = models.DateField()
    at = models.DateTimeField()
    revision = models.BigIntegerField()
    items = models.PositiveIntegerField()
    differing = models.PositiveIntegerField()
    better = models.PositiveIntegerField()
    worse = models.PositiveIntegerField()
    document = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="equality_report_once_a_day", fields=["day"])]

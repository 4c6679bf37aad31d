"""Tables of government. Each row keeps the pack's record as it is (``document``) beside what is searched.

An entry that the pack no longer has stays with ``is_current`` false: published versions may name it.
"""

from __future__ import annotations

from django.db import models

from tongban.kernel.ids import new_id


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


def downward(to: str | type[models.Model], **options: object) -> models.ForeignKey:
    """Return a foreign key that holds the other row's code, so that it is read without a join."""
    return models.ForeignKey(to, models.PROTECT, to_field="code", related_name="+", **options)  # type: ignore[arg-type]


class Department(Entry):
    """部门."""

    name = models.CharField(max_length=300)
    short = models.CharField(max_length=300)
    order_key = models.CharField(max_length=400)
    level = models.CharField(max_length=1)
    parent = downward("self", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="department_name_once", fields=["name"], condition=models.Q(is_current=True)
            ),
            models.CheckConstraint(name="department_level_known", condition=models.Q(level__regex="^[1-7]$")),
            models.CheckConstraint(
                name="department_not_its_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("code")),
            ),
        ]


class DepartmentName(models.Model):
    """A name by which a department is found: official, short or an alias; each name leads to one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=300)
    department = models.ForeignKey(Department, models.CASCADE, to_field="code", related_name="names")

    class Meta:
        constraints = [models.UniqueConstraint(name="department_found_by_one_name", fields=["name"])]


class District(Entry):
    """区."""

    slug = models.CharField(max_length=80)
    name = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="district_slug_once", fields=["slug"], condition=models.Q(is_current=True)
            ),
            models.CheckConstraint(
                name="district_code_has_six_digits", condition=models.Q(code__regex=r"^\d{6}$")
            ),
        ]


class Outline(Entry):
    """区的示意轮廓."""


class Street(Entry):
    """街道、镇."""

    name = models.CharField(max_length=300)
    district = downward(District)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="street_code_has_nine_digits", condition=models.Q(code__regex=r"^\d{9}$")
            )
        ]


class Centre(Entry):
    """政务服务中心、社区事务受理服务中心."""

    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=300)
    district = downward(District, null=True)
    street = downward(Street, null=True)


class Window(Entry):
    """窗口."""

    centre = downward(Centre)


class Post(Entry):
    """岗位."""

    department = downward(Department)


class StaffMember(Entry):
    """工作人员."""

    name = models.CharField(max_length=300)


class Duty(Entry):
    """职责."""

    department = downward(Department)

"""The city's calendar as a table, seeded from the pack."""

from __future__ import annotations

from django.db import models

from tongban.foundation.calendars.types import DayKind


class Day(models.Model):
    """A day that departs from Monday–Friday: off, or a weekend day worked instead."""

    date = models.DateField(primary_key=True)
    kind = models.CharField(max_length=4)
    name = models.CharField(max_length=300)
    source = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="calendar_day_kind_known",
                condition=models.Q(kind__in=[kind.value for kind in DayKind]),
            ),
        ]

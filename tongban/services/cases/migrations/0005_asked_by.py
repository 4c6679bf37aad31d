"""Data elements of a case's form by which departments are asked for its papers."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_bring_promised")]

    operations = [
        migrations.AddField(
            "case",
            "asked_by",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), default=list, size=None
            ),
        ),
    ]

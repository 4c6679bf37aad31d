"""What a paper is asked by where it is the form that says it, and whose the answer has to be."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("obtaining", "0002_elements")]

    operations = [
        migrations.AddField("want", "owner", models.BinaryField(default=b"")),
        migrations.AddField(
            "want",
            "asked_by",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=80), default=list, size=None
            ),
        ),
        migrations.AddField("want", "said", models.CharField(blank=True, default="", max_length=64), False),
        migrations.AddField("want", "tries", models.PositiveSmallIntegerField(default=1)),
        migrations.AddConstraint(
            "want",
            models.CheckConstraint(
                name="obtaining_by_form_has_digest",
                condition=models.Q(("asked_by", []), models.Q(("said", ""), _negated=True), _connector="OR"),
            ),
        ),
    ]

"""Demands for data that nobody answered, and data that nobody provided, in time."""

from django.db import migrations, models

KINDS = ["promise", "statutory", "joint", "first_review", "breach", "rating", "data", "contest"]


class Migration(migrations.Migration):
    dependencies = [("effectiveness", "0004_contests")]
    operations = [
        migrations.RemoveConstraint(model_name="entry", name="entry_kind_known"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                name="entry_kind_known", condition=models.Q(("kind__in", KINDS))
            ),
        ),
    ]

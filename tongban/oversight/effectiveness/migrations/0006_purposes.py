"""Data that was asked for beside the purpose of its grant."""

from django.db import migrations, models

KINDS = ["promise", "statutory", "joint", "first_review", "breach", "rating", "data", "contest", "purpose"]


class Migration(migrations.Migration):
    dependencies = [("effectiveness", "0005_data")]
    operations = [
        migrations.RemoveConstraint(model_name="entry", name="entry_kind_known"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                name="entry_kind_known", condition=models.Q(("kind__in", KINDS))
            ),
        ),
    ]

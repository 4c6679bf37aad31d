"""Indexes for whoever looks: a period for the audit officer, the few acts that the security officer reviews."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [
        migrations.AddIndex("record", BrinIndex("at", name="ledger_by_moment", autosummarize=True)),
        migrations.AddIndex(
            "record",
            models.Index(
                "act",
                "at",
                name="ledger_of_rare_acts",
                condition=models.Q(act__in=["identity.unmasked", "case.unmasked", "identity.locked_out"]),
            ),
        ),
    ]

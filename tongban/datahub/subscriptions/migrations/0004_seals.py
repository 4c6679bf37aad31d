"""The order and the contents of a feed's changes are sealed: a leaf of each, kept as long as the changes are."""

from __future__ import annotations

from django.db import migrations, models

GUARD = "SELECT subscriptions_guard('subscriptions_change_seal')"


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0003_kind_of_change")]

    operations = [
        migrations.CreateModel(
            name="ChangeSeal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "feed", "first", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("feed", models.IntegerField()),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("leaves", models.BinaryField()),
                ("entry", models.UUIDField()),
            ],
            options={
                "db_table": "subscriptions_change_seal",
                "constraints": [
                    models.CheckConstraint(
                        name="subscriptions_seal_of_changes",
                        condition=models.Q(first__gt=0, last__gte=models.F("first")),
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]

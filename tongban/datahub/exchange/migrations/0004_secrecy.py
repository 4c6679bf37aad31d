"""Grants whose calls the law keeps from the person they are about."""

from django.db import migrations, models

import tongban.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_sealing")]
    operations = [
        migrations.CreateModel(
            name="Secrecy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("grant", models.UUIDField()),
                ("consumer", models.CharField(max_length=200)),
                ("provider", models.CharField(max_length=200)),
                ("service", models.CharField(max_length=100)),
                ("law", models.CharField(max_length=300)),
                ("reason", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateField()),
                ("confirmed_until", models.DateField()),
                ("ended_on", models.DateField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["grant"], name="exchange_secrecy_of_grant")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on__isnull", True)),
                        fields=("grant",),
                        name="exchange_secrecy_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__lte", models.F("confirmed_until"))),
                        name="exchange_secrecy_within_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("law", ""), _negated=True)
                        & models.Q(("reason", ""), _negated=True),
                        name="exchange_secrecy_says_why",
                    ),
                ],
            },
        ),
    ]

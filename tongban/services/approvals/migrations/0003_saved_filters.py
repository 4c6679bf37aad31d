from django.db import migrations, models

import tongban.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("staff", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=600)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("staff"), models.F("name"), name="filter_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("query", ""), _negated=True)
                        ),
                        name="filter_says_something",
                    ),
                ],
            },
        ),
    ]

from django.db import migrations, models

import tongban.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("government", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Outline",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=80, unique=True)),
                ("document", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("position", models.PositiveIntegerField()),
                ("is_current", models.BooleanField(default=True)),
            ],
            options={"abstract": False},
        ),
    ]

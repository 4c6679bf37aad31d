"""What was found of calls beside the purpose of their grant, and up to which day was looked."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from tongban.kernel.ids import new_id

WHYS = ["item", "department", "no_case"]


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Beside",
            fields=[
                ("id", models.UUIDField(default=new_id, primary_key=True, serialize=False)),
                ("grant", models.UUIDField()),
                ("consumer", models.CharField(max_length=200)),
                ("holder", models.CharField(max_length=80)),
                ("owner", models.CharField(max_length=80)),
                ("resource", models.CharField(max_length=80)),
                ("issue", models.CharField(max_length=200)),
                ("items", ArrayField(models.CharField(max_length=80))),
                ("why", models.CharField(max_length=10)),
                ("calls", models.PositiveIntegerField()),
                ("first", models.UUIDField()),
                ("on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner"], name="beside_of_owner"),
                    models.Index(fields=["holder"], name="beside_of_holder"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "issue"), name="beside_once"),
                    models.CheckConstraint(condition=models.Q(("why__in", WHYS)), name="beside_why_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Checked",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("until", models.DateField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="checked_one_row")]
            },
        ),
    ]

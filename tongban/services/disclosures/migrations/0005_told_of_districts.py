"""Who wants to be told of readings is told of those at districts' nodes: when these were asked, up to when they answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0004_offices")]
    operations = [
        migrations.AddField("wish", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField("wish", "heard_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "wish", models.Index(models.F("asked_at").asc(nulls_first=True), name="wish_to_ask")
        ),
    ]

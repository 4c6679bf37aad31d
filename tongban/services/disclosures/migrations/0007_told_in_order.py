"""Up to which transaction of the database those who wish it were told: what is on record late is told late, and not missed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0006_checked_by_node")]
    operations = [
        migrations.AddField("told", "mark", models.BigIntegerField(null=True)),
        migrations.AddField("told", "feeds_mark", models.BigIntegerField(null=True)),
    ]

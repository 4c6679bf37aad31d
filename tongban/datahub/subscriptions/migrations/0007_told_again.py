"""How far a subscription ever came, so that what is told once more is known as such and counts under the grant."""

from django.db import migrations, models

KNOWN = "UPDATE subscriptions_subscription SET reached = position"


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0006_persons")]

    operations = [
        migrations.AddField("subscriptionrow", "reached", models.BigIntegerField(default=0)),
        migrations.AddField("subscriptionrow", "again", models.BigIntegerField(default=0)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.AddIndex("happened", BrinIndex("at", name="outbox_event_by_moment", autosummarize=True)),
        migrations.AddField("delivery", "can_wait", models.BooleanField(default=False, db_default=False)),
        migrations.RemoveIndex("delivery", "outbox_delivery_due"),
        migrations.AddIndex(
            "delivery", models.Index("can_wait", "due_at", "number", name="outbox_delivery_next")
        ),
    ]

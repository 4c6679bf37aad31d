"""What waits for a service that does not answer is asked for whenever somebody looks at the exchange."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("obtaining", "0003_by_form")]

    operations = [
        migrations.AddIndex(
            model_name="want",
            index=models.Index(
                "provider", "service", condition=models.Q(("state", "wanted")), name="obtaining_waiting"
            ),
        ),
    ]

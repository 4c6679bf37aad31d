"""All sessions of an account can be ended at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_unmasking_reviews")]
    operations = [migrations.AddField("account", "sessions_since", models.DateTimeField(null=True))]

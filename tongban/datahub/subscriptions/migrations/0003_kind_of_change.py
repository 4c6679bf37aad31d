"""The constraint that the model of a change names, on the table that the first migration made by itself."""

from django.db import migrations

ADD = """
ALTER TABLE subscriptions_change ADD CONSTRAINT subscriptions_change_kind
    CHECK (kind IN ('created', 'changed', 'removed', 'file'))
"""
DROP = "ALTER TABLE subscriptions_change DROP CONSTRAINT subscriptions_change_kind"


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0002_forgotten_files")]
    operations = [migrations.RunSQL(ADD, DROP)]

"""What was sent and pulled in the last seconds is found by its moment: one entry of such an index stands for many pages."""

from django.db import migrations

ADD = """
CREATE INDEX subscriptions_delivery_by_moment ON subscriptions_delivery USING brin (at) WITH (autosummarize = on);
CREATE INDEX subscriptions_call_by_moment ON subscriptions_call USING brin (at) WITH (autosummarize = on);
"""
DROP = "DROP INDEX subscriptions_delivery_by_moment; DROP INDEX subscriptions_call_by_moment"


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0008_names_nobody")]

    operations = [migrations.RunSQL(ADD, DROP)]

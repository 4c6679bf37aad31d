"""What was sent and pulled carries the transaction that wrote it, as calls do: who goes by it misses nothing that came late."""

from django.db import migrations

ADD = """
ALTER TABLE subscriptions_delivery ADD COLUMN xact bigint NOT NULL DEFAULT 0;
ALTER TABLE subscriptions_delivery ALTER COLUMN xact SET DEFAULT exchange_xact();
ALTER TABLE subscriptions_call ADD COLUMN xact bigint NOT NULL DEFAULT 0;
ALTER TABLE subscriptions_call ALTER COLUMN xact SET DEFAULT exchange_xact();
CREATE INDEX subscriptions_delivery_in_order ON subscriptions_delivery USING brin (xact) WITH (autosummarize = on);
CREATE INDEX subscriptions_call_in_order ON subscriptions_call USING brin (xact) WITH (autosummarize = on);
DROP INDEX subscriptions_delivery_by_moment, subscriptions_call_by_moment;
"""
DROP = """
CREATE INDEX subscriptions_delivery_by_moment ON subscriptions_delivery USING brin (at) WITH (autosummarize = on);
CREATE INDEX subscriptions_call_by_moment ON subscriptions_call USING brin (at) WITH (autosummarize = on);
ALTER TABLE subscriptions_delivery DROP COLUMN xact;
ALTER TABLE subscriptions_call DROP COLUMN xact;
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0009_by_moment"), ("exchange", "0003_sealing")]

    # Not in the models: the database alone writes it.
    operations = [migrations.RunSQL(ADD, DROP)]

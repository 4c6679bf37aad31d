"""A delivery is on record before it is sent, with whom it goes to, under which grant and with which fields.

What was said to it is written into its row once, when it is known; nothing else of it ever changes.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

ADD = """
DROP TRIGGER subscriptions_append_only ON subscriptions_delivery;
ALTER TABLE subscriptions_delivery
    ADD COLUMN feed integer, ADD COLUMN consumer varchar(200), ADD COLUMN "grant" uuid, ADD COLUMN fields varchar(80)[],
    ADD COLUMN epoch integer NOT NULL DEFAULT 0, ALTER COLUMN status DROP NOT NULL, ALTER COLUMN micros DROP NOT NULL;
UPDATE subscriptions_delivery d
SET feed = s.feed_id, consumer = s.consumer_id, "grant" = s."grant", fields = coalesce(g.fields, '{}')
FROM subscriptions_subscription s LEFT JOIN resources_grant g ON g.id = s."grant" WHERE s.id = d.subscription;
ALTER TABLE subscriptions_delivery ALTER COLUMN feed SET NOT NULL, ALTER COLUMN consumer SET NOT NULL,
    ALTER COLUMN "grant" SET NOT NULL, ALTER COLUMN fields SET NOT NULL;
DROP INDEX subscriptions_delivery_of_positions;
CREATE INDEX subscriptions_delivery_of_positions ON subscriptions_delivery (feed, last, first);

CREATE FUNCTION subscriptions_check_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IS NULL AND NEW.status IS NOT NULL AND NEW.micros IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'subscriptions_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'subscriptions_append_only';
END $$;
CREATE TRIGGER subscriptions_append_only BEFORE DELETE OR TRUNCATE OR UPDATE
    OF id, subscription, at, feed, consumer, "grant", fields, epoch, first, last, count, digest ON subscriptions_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION subscriptions_refuse_change();
CREATE TRIGGER subscriptions_answered_once BEFORE UPDATE ON subscriptions_delivery
    FOR EACH ROW EXECUTE FUNCTION subscriptions_check_answered();
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0004_seals"), ("resources", "0001_initial")]

    # No way back: what was sent and never answered could not be kept.
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD)],
            state_operations=[
                migrations.AddField(
                    "deliveryrow", "feed", models.IntegerField(default=0), preserve_default=False
                ),
                migrations.AddField(
                    "deliveryrow",
                    "consumer",
                    models.CharField(default="", max_length=200),
                    preserve_default=False,
                ),
                migrations.AddField(
                    "deliveryrow", "grant", models.UUIDField(default=None), preserve_default=False
                ),
                migrations.AddField(
                    "deliveryrow",
                    "fields",
                    ArrayField(models.CharField(max_length=80), default=list, size=None),
                    preserve_default=False,
                ),
                migrations.AddField("deliveryrow", "epoch", models.IntegerField(default=0)),
                migrations.AlterField("deliveryrow", "status", models.PositiveSmallIntegerField(null=True)),
                migrations.AlterField("deliveryrow", "micros", models.PositiveIntegerField(null=True)),
            ],
        )
    ]

"""Each key counts until a last day: those from before, two years from their registration; their end is told ahead."""

from __future__ import annotations

import datetime as dt

from django.db import migrations, models
from django.db.models import F, Q

ENDS = """
UPDATE exchange_key
SET valid_until = ((registered_at AT TIME ZONE 'Asia/Shanghai')::date + 731)::timestamp AT TIME ZONE 'Asia/Shanghai'
WHERE algorithm <> 'tls-certificate'
"""
# Those that were registered here, not learned from another node, which tells of its own.
TOLD = """
INSERT INTO outbox_delivery (timer, handler, about, payload, due_at)
SELECT 'exchange-key:' || id, 'timer:exchange.key_ending', 'exchange-key:' || id, jsonb_build_object('key', id),
    valid_until - interval '30 days'
FROM exchange_key
WHERE revoked_at IS NULL AND valid_until > now() AND registered_by NOT LIKE 'system:%'
    AND id IN (SELECT subject_id FROM ledger_record
        WHERE subject_kind = 'exchange-key' AND act = 'exchange.key_registered')
ON CONFLICT DO NOTHING
"""
NOTHING = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0015_elsewhere_of_several"),
        ("ledger", "0004_tree"),
        ("outbox", "0002_waiting"),
    ]

    operations = [
        migrations.RunSQL(ENDS, NOTHING),
        migrations.RunSQL(TOLD, "DELETE FROM outbox_delivery WHERE timer LIKE 'exchange-key:%'"),
        migrations.RemoveConstraint("key", "exchange_certificate_has_dates"),
        migrations.AlterField("key", "valid_until", models.DateTimeField()),
        migrations.AddConstraint(
            "key",
            models.CheckConstraint(
                name="exchange_certificate_has_dates",
                condition=~Q(algorithm="tls-certificate")
                | Q(valid_from__isnull=False, valid_until__gt=F("valid_from")),
            ),
        ),
        migrations.AddConstraint(
            "key",
            models.CheckConstraint(
                name="exchange_key_two_years",
                condition=Q(algorithm="tls-certificate")
                | Q(
                    valid_until__gt=F("registered_at"),
                    valid_until__lte=F("registered_at") + dt.timedelta(days=731),
                ),
            ),
        ),
    ]

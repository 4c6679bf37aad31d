"""Whom a change is about is kept longer than what it says; whoever else is named in one is noted, as for calls."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

CREATE = """
CREATE TABLE subscriptions_about (
    feed integer NOT NULL,
    position bigint NOT NULL,
    placed_at timestamptz NOT NULL,
    kind varchar(10) NOT NULL,
    field varchar(80) NOT NULL,
    subject bytea NOT NULL,
    CONSTRAINT subscriptions_about_once PRIMARY KEY (feed, position, placed_at, field, subject)
) PARTITION BY RANGE (placed_at);
CREATE INDEX subscriptions_about_of_subject ON subscriptions_about (subject, placed_at);
CREATE TABLE subscriptions_about_default PARTITION OF subscriptions_about DEFAULT;
SELECT subscriptions_guard(name) FROM unnest(ARRAY['subscriptions_about', 'subscriptions_about_default']) name;

CREATE OR REPLACE FUNCTION subscriptions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME ~ '^subscriptions_(change|about)'
        AND current_setting('tongban.forgetting', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'subscriptions_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'subscriptions_append_only';
END $$;

CREATE OR REPLACE FUNCTION subscriptions_make_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    name text;
    made boolean := false;
BEGIN
    month := date_trunc('month', month);
    FOREACH parent IN ARRAY ARRAY['subscriptions_change', 'subscriptions_delivery', 'subscriptions_call', 'subscriptions_about'] LOOP
        name := parent || to_char(month, '_YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
                month::timestamp AT TIME ZONE 'Asia/Shanghai',
                (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai');
            PERFORM subscriptions_guard(name);
            made := true;
        END IF;
    END LOOP;
    RETURN made;
END $$;
SELECT subscriptions_make_month(to_date(right(relid::regclass::text, 7), 'YYYY_MM'))
FROM pg_partition_tree('subscriptions_change') WHERE relid::regclass::text ~ '_[0-9]{4}_[0-9]{2}$';

ALTER TABLE subscriptions_call ADD COLUMN fields varchar(80)[];
"""
# As in a declaration: personal information, and whoever a record belongs to.
KNOWN = """
UPDATE subscriptions_feed f SET personal = ARRAY(
    SELECT field->>'code' FROM jsonb_array_elements(r.document->'fields') field
    WHERE (field->>'personal')::boolean OR (field->>'owner')::boolean
)
FROM resources_resource r WHERE r.code = f.resource
"""
FIELDS = ArrayField(models.CharField(max_length=80), default=list, size=None)


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0005_sent"), ("resources", "0001_initial")]

    operations = [
        migrations.AddField("feedrow", "personal", FIELDS),
        migrations.AddField("pending", "named", models.JSONField(null=True)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE)],
            state_operations=[
                migrations.CreateModel(
                    name="About",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "feed", "position", "placed_at", "field", "subject", blank=True, editable=False,
                                primary_key=True, serialize=False,
                            ),
                        ),
                        ("feed", models.IntegerField()),
                        ("position", models.BigIntegerField()),
                        ("placed_at", models.DateTimeField()),
                        ("kind", models.CharField(max_length=10)),
                        ("field", models.CharField(max_length=80)),
                        ("subject", models.BinaryField()),
                    ],
                    options={"db_table": "subscriptions_about"},
                ),
                migrations.AddField(
                    "callrow", "fields", ArrayField(models.CharField(max_length=80), null=True, size=None)
                ),
            ],
        ),
    ]  # fmt: skip

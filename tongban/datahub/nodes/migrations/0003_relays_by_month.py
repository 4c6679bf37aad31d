"""Relays grow without end: by month, made long before it begins; the default partition takes what nobody made room for."""

from __future__ import annotations

from django.db import migrations

PART = """
ALTER TABLE nodes_relay RENAME TO nodes_relay_before;
ALTER TABLE nodes_relay_before RENAME CONSTRAINT nodes_relay_once TO nodes_relay_before_once;
CREATE TABLE nodes_relay (
    record uuid NOT NULL,
    at timestamptz NOT NULL,
    node varchar(40) NOT NULL,
    is_out boolean NOT NULL,
    number uuid,
    said bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT nodes_relay_once PRIMARY KEY (record, at)
) PARTITION BY RANGE (at);
CREATE TABLE nodes_relay_default PARTITION OF nodes_relay DEFAULT;
INSERT INTO nodes_relay SELECT * FROM nodes_relay_before;
DROP TABLE nodes_relay_before;

CREATE FUNCTION nodes_guard(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION nodes_refuse_change()', name);
END $$;
CREATE FUNCTION nodes_make_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    name text := 'nodes_relay' || to_char(month, '_YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF nodes_relay FOR VALUES FROM (%L) TO (%L)', name,
        date_trunc('month', month)::timestamp AT TIME ZONE 'Asia/Shanghai',
        (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai');
    PERFORM nodes_guard(name);
    RETURN true;
END $$;
SELECT nodes_guard(name) FROM unnest(ARRAY['nodes_relay', 'nodes_relay_default']) name;
SELECT nodes_make_month((date_trunc('month', now()) + make_interval(months => ahead))::date)
FROM generate_series(CASE WHEN EXISTS (SELECT FROM nodes_relay) THEN 1 ELSE -1 END, 13) ahead;
"""
WHOLE = """
CREATE TABLE nodes_relay_after (LIKE nodes_relay);
INSERT INTO nodes_relay_after SELECT * FROM nodes_relay;
DROP TABLE nodes_relay;
ALTER TABLE nodes_relay_after RENAME TO nodes_relay;
ALTER TABLE nodes_relay ADD CONSTRAINT nodes_relay_once PRIMARY KEY (record, at);
SELECT nodes_guard('nodes_relay');
DROP FUNCTION nodes_make_month, nodes_guard;
"""


class Migration(migrations.Migration):
    dependencies = [("nodes", "0002_append_only")]
    operations = [migrations.RunSQL(PART, WHOLE)]

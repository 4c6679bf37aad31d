"""What was said, and what went from node to node, can be added, never changed or taken away: the database refuses."""

from __future__ import annotations

from django.db import migrations

CREATE = """
CREATE TABLE nodes_relay (
    record uuid NOT NULL,
    at timestamptz NOT NULL,
    node varchar(40) NOT NULL,
    is_out boolean NOT NULL,
    number uuid,
    said bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT nodes_relay_once PRIMARY KEY (record, at)
);
CREATE FUNCTION nodes_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nodes_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'nodes_append_only';
END $$;
CREATE TRIGGER nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nodes_change
    FOR EACH STATEMENT EXECUTE FUNCTION nodes_refuse_change();
CREATE TRIGGER nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nodes_relay
    FOR EACH STATEMENT EXECUTE FUNCTION nodes_refuse_change();
"""
DROP = """
DROP TRIGGER nodes_append_only ON nodes_change;
DROP TABLE nodes_relay;
DROP FUNCTION nodes_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("nodes", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]

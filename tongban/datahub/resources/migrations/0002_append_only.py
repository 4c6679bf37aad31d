"""Versions of entries and notes of requests can be added, never changed or taken away: the database refuses."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION resources_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'resources_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'resources_append_only';
END $$;
CREATE TRIGGER resources_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON resources_version
    FOR EACH STATEMENT EXECUTE FUNCTION resources_refuse_change();
CREATE TRIGGER resources_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON resources_note
    FOR EACH STATEMENT EXECUTE FUNCTION resources_refuse_change();
"""
ALLOW = """
DROP TRIGGER resources_append_only ON resources_note;
DROP TRIGGER resources_append_only ON resources_version;
DROP FUNCTION resources_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("resources", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

"""Notes can be added, never changed or taken away: the database refuses."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION effectiveness_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'effectiveness_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'effectiveness_append_only';
END $$;
CREATE TRIGGER effectiveness_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON effectiveness_note
    FOR EACH STATEMENT EXECUTE FUNCTION effectiveness_refuse_change();
"""
ALLOW = """
DROP TRIGGER effectiveness_append_only ON effectiveness_note;
DROP FUNCTION effectiveness_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("effectiveness", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

"""Changes and signings can be added, never changed or taken away: the database itself refuses."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION licences_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'licences_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'licences_append_only';
END $$;
CREATE TRIGGER licences_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON licences_change
    FOR EACH STATEMENT EXECUTE FUNCTION licences_refuse_change();
CREATE TRIGGER licences_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON licences_signing
    FOR EACH STATEMENT EXECUTE FUNCTION licences_refuse_change();
"""
ALLOW = """
DROP TRIGGER licences_append_only ON licences_signing;
DROP TRIGGER licences_append_only ON licences_change;
DROP FUNCTION licences_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

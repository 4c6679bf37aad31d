"""What was done with a contest can be added to, never changed or taken away: the database itself refuses."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION disclosures_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'disclosures_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'disclosures_append_only';
END $$;
CREATE TRIGGER disclosures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosures_note
    FOR EACH STATEMENT EXECUTE FUNCTION disclosures_refuse_change();
"""
ALLOW = """
DROP TRIGGER disclosures_append_only ON disclosures_note;
DROP FUNCTION disclosures_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

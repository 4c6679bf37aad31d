"""What was recorded can be added to, never changed or taken away: the database itself refuses."""

from django.db import migrations

FORBID = """
CREATE FUNCTION exemptions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'exemptions_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exemptions_append_only';
END $$;
CREATE TRIGGER exemptions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exemptions_examination
    FOR EACH STATEMENT EXECUTE FUNCTION exemptions_refuse_change();
"""
ALLOW = """
DROP TRIGGER exemptions_append_only ON exemptions_examination;
DROP FUNCTION exemptions_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("exemptions", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

"""What was recorded can be added to, never changed or taken away: the database itself refuses."""

from django.db import migrations

FORBID = """
CREATE FUNCTION case_record_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'case_record_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'case_record_append_only';
END $$;
CREATE TRIGGER case_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cases_event
    FOR EACH STATEMENT EXECUTE FUNCTION case_record_refuse_change();
CREATE TRIGGER case_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cases_filing
    FOR EACH STATEMENT EXECUTE FUNCTION case_record_refuse_change();
CREATE TRIGGER case_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cases_paper
    FOR EACH STATEMENT EXECUTE FUNCTION case_record_refuse_change();
CREATE TRIGGER case_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cases_commitment
    FOR EACH STATEMENT EXECUTE FUNCTION case_record_refuse_change();
CREATE TRIGGER case_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cases_breach
    FOR EACH STATEMENT EXECUTE FUNCTION case_record_refuse_change();
"""
ALLOW = """
DROP TRIGGER case_record_append_only ON cases_breach;
DROP TRIGGER case_record_append_only ON cases_commitment;
DROP TRIGGER case_record_append_only ON cases_paper;
DROP TRIGGER case_record_append_only ON cases_filing;
DROP TRIGGER case_record_append_only ON cases_event;
DROP FUNCTION case_record_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

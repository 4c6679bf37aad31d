"""The words of an old record may be taken out, and nothing else changed: the database itself looks at the row."""

from django.db import migrations

ALLOW = """
DROP TRIGGER ledger_append_only ON ledger_record;
CREATE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON ledger_record
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_unchanged BEFORE UPDATE ON ledger_record FOR EACH STATEMENT
    WHEN (current_setting('tongban.purge', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION ledger_refuse_change();
CREATE FUNCTION ledger_check_purge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := '{actor_name,detail}';
BEGIN
    IF NEW.actor_name <> '' OR NEW.detail <> '{"purged": true}'::jsonb OR OLD.at >= now() - interval '3 years'
        OR (to_jsonb(NEW) - words) IS DISTINCT FROM (to_jsonb(OLD) - words) THEN
        RAISE EXCEPTION 'ledger_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_only_purged BEFORE UPDATE ON ledger_record FOR EACH ROW
    EXECUTE FUNCTION ledger_check_purge();
"""
FORBID = """
DROP TRIGGER ledger_only_purged ON ledger_record;
DROP FUNCTION ledger_check_purge;
DROP TRIGGER ledger_unchanged ON ledger_record;
DROP TRIGGER ledger_append_only ON ledger_record;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_record
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_tree")]
    operations = [migrations.RunSQL(ALLOW, FORBID)]

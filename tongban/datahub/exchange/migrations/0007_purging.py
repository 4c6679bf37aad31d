"""The content of old records and answers may be taken out, and nothing else changed: the database itself looks at each row.

Whoever purges says so (``tongban.purge``); a row three years old may then lose its content, and keeps its frame.
"""

from django.db import migrations

TRIGGERS = """
CREATE OR REPLACE FUNCTION exchange_guard(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER exchange_append_only BEFORE DELETE OR TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change()', name);
    EXECUTE format('CREATE TRIGGER exchange_unchanged BEFORE UPDATE ON %I FOR EACH STATEMENT
        WHEN (current_setting(''tongban.purge'', true) IS DISTINCT FROM ''on'')
        EXECUTE FUNCTION exchange_refuse_change()', name);
END $$;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tree.relid::regclass::text FROM unnest(ARRAY['exchange_record', 'exchange_answer']) parent,
        LATERAL pg_partition_tree(parent::regclass) tree
    LOOP
        EXECUTE format('DROP TRIGGER exchange_append_only ON %s', name);
        PERFORM exchange_guard(name);
    END LOOP;
END $$;

CREATE FUNCTION exchange_check_purge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    content text[] := TG_ARGV[0]::text[];
    is_empty boolean;
BEGIN
    IF TG_ARGV[1] = 'call' THEN
        is_empty := NEW.message_id = '' AND NEW."user" = '' AND NEW.issue = '' AND NEW.subject IS NULL
            AND octet_length(NEW.signed) = 32 AND NEW.signature = ''::bytea;
    ELSE
        is_empty := octet_length(NEW.digest) = 33;
    END IF;
    IF NOT is_empty OR OLD.at >= now() - interval '3 years'
        OR (to_jsonb(NEW) - content) IS DISTINCT FROM (to_jsonb(OLD) - content) THEN
        RAISE EXCEPTION 'exchange_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exchange_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exchange_only_purged BEFORE UPDATE ON exchange_record FOR EACH ROW
    EXECUTE FUNCTION exchange_check_purge('{message_id,user,issue,subject,signed,signature}', 'call');
CREATE TRIGGER exchange_only_purged BEFORE UPDATE ON exchange_answer FOR EACH ROW
    EXECUTE FUNCTION exchange_check_purge('{digest}', 'answer');
"""
BACK = """
DROP TRIGGER exchange_only_purged ON exchange_record;
DROP TRIGGER exchange_only_purged ON exchange_answer;
DROP FUNCTION exchange_check_purge;
CREATE OR REPLACE FUNCTION exchange_guard(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER exchange_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change()', name);
END $$;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tree.relid::regclass::text FROM unnest(ARRAY['exchange_record', 'exchange_answer']) parent,
        LATERAL pg_partition_tree(parent::regclass) tree
    LOOP
        EXECUTE format('DROP TRIGGER exchange_append_only ON %s', name);
        EXECUTE format('DROP TRIGGER exchange_unchanged ON %s', name);
        PERFORM exchange_guard(name);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_programmers")]
    operations = [migrations.RunSQL(TRIGGERS, BACK)]

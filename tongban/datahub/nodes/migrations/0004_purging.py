"""What another node signed may go from relays three years old, and nothing else of them changes: each row is looked at."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION nodes_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{}    RAISE EXCEPTION 'nodes_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'nodes_append_only';
END $$;
"""
ALLOW = """
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME ~ '^nodes_relay' AND current_setting('tongban.purge', true) = 'on' THEN
        RETURN NULL;
    END IF;
"""
CHECK = """
CREATE FUNCTION nodes_check_purge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.said <> ''::bytea OR NEW.signature <> ''::bytea OR OLD.at >= now() - interval '3 years'
        OR (to_jsonb(NEW) - '{said,signature}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{said,signature}'::text[]) THEN
        RAISE EXCEPTION 'nodes_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'nodes_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER nodes_only_purged BEFORE UPDATE ON nodes_relay FOR EACH ROW EXECUTE FUNCTION nodes_check_purge();
"""
DROP = """
DROP TRIGGER nodes_only_purged ON nodes_relay;
DROP FUNCTION nodes_check_purge;
"""


class Migration(migrations.Migration):
    dependencies = [("nodes", "0003_relays_by_month")]
    operations = [
        migrations.RunSQL(REFUSE.format(ALLOW), REFUSE.format("")),
        migrations.RunSQL(CHECK, DROP),
    ]

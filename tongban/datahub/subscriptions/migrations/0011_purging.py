"""What was signed may go from calls three years old, and nothing else of them changes: the database looks at each row."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION subscriptions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME ~ '^subscriptions_(change|about)'
        AND current_setting('tongban.forgetting', true) = 'yes' THEN
        RETURN NULL;
    END IF;
{}    RAISE EXCEPTION 'subscriptions_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'subscriptions_append_only';
END $$;
"""
ALLOW = """
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME ~ '^subscriptions_call' AND current_setting('tongban.purge', true) = 'on' THEN
        RETURN NULL;
    END IF;
"""
CHECK = """
CREATE FUNCTION subscriptions_check_purge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.signed <> ''::bytea OR NEW.signature <> ''::bytea OR OLD.at >= now() - interval '3 years'
        OR (to_jsonb(NEW) - '{signed,signature}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{signed,signature}'::text[]) THEN
        RAISE EXCEPTION 'subscriptions_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'subscriptions_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subscriptions_only_purged BEFORE UPDATE ON subscriptions_call
    FOR EACH ROW EXECUTE FUNCTION subscriptions_check_purge();
"""
DROP = """
DROP TRIGGER subscriptions_only_purged ON subscriptions_call;
DROP FUNCTION subscriptions_check_purge;
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0010_by_transaction")]
    operations = [
        migrations.RunSQL(REFUSE.format(ALLOW), REFUSE.format("")),
        migrations.RunSQL(CHECK, DROP),
    ]

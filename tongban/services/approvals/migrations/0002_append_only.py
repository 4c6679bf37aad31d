"""Events, opinions, letters and decisions can be added, never changed or taken away: the database refuses."""

from __future__ import annotations

from django.db import migrations

TABLES = ("approvals_event", "approvals_opinion", "approvals_letter", "approvals_decision")
FORBID = """
CREATE FUNCTION approvals_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'approvals_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'approvals_append_only';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER approvals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse_change();
"""
    for table in TABLES
)
ALLOW = "".join(f"DROP TRIGGER approvals_append_only ON {table};" for table in TABLES) + (
    "DROP FUNCTION approvals_refuse_change;"
)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

"""Versions can be added, never changed or taken away: the database itself refuses."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION item_version_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'item_version_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'item_version_append_only';
END $$;
CREATE TRIGGER item_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue_itemversion
    FOR EACH STATEMENT EXECUTE FUNCTION item_version_refuse_change();
"""
ALLOW = """
DROP TRIGGER item_version_append_only ON catalogue_itemversion;
DROP FUNCTION item_version_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

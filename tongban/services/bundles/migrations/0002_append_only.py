"""Versions can be added, never changed or taken away: the database itself refuses."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION bundle_version_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'bundle_version_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'bundle_version_append_only';
END $$;
CREATE TRIGGER bundle_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bundles_bundleversion
    FOR EACH STATEMENT EXECUTE FUNCTION bundle_version_refuse_change();
"""
ALLOW = """
DROP TRIGGER bundle_version_append_only ON bundles_bundleversion;
DROP FUNCTION bundle_version_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("bundles", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

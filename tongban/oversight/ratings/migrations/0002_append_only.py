"""Ratings and notes can be added, never changed or taken away: the database refuses."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION ratings_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ratings_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ratings_append_only';
END $$;
CREATE TRIGGER ratings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ratings_rating
    FOR EACH STATEMENT EXECUTE FUNCTION ratings_refuse_change();
CREATE TRIGGER ratings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ratings_note
    FOR EACH STATEMENT EXECUTE FUNCTION ratings_refuse_change();
"""
ALLOW = """
DROP TRIGGER ratings_append_only ON ratings_note;
DROP TRIGGER ratings_append_only ON ratings_rating;
DROP FUNCTION ratings_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("ratings", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]

"""The table that all processes share for counting tries and for codes of sign-on (Django's database cache)."""

from django.db import migrations

CREATE = """
CREATE TABLE IF NOT EXISTS identity_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS identity_cache_expires ON identity_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE identity_cache")]

"""Ciphertext can not be compressed: PostgreSQL need not try."""

from django.db import migrations

PLAIN = "ALTER TABLE documents_content ALTER COLUMN data SET STORAGE EXTERNAL"
PACKED = "ALTER TABLE documents_content ALTER COLUMN data SET STORAGE EXTENDED"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL(PLAIN, PACKED)]

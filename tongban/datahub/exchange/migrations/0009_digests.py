"""The digest of an answer is one of 32 bytes, or what a purged one was committed to: any other could not be sealed."""

from django.db import migrations

CREATE = """
ALTER TABLE exchange_answer ADD CONSTRAINT exchange_answer_digest CHECK (octet_length(digest) IN (32, 33))
"""
BACK = "ALTER TABLE exchange_answer DROP CONSTRAINT exchange_answer_digest"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_about")]
    operations = [migrations.RunSQL(CREATE, BACK)]

"""Each record and answer says in which transaction it was written, so that batches of them can be sealed.

Transactions are counted by the cluster. A copy that was restored into another cluster counts on from where the first
had come to: ``exchange_era`` is what is added there (``operations.begin_era``).
"""

from django.db import migrations, models

COLUMNS = """
CREATE FUNCTION exchange_era() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 0::bigint';
CREATE FUNCTION exchange_xact() RETURNS bigint LANGUAGE sql VOLATILE AS
    'SELECT exchange_era() + pg_current_xact_id()::text::bigint';
ALTER TABLE exchange_record ADD COLUMN xact bigint NOT NULL DEFAULT exchange_xact();
ALTER TABLE exchange_answer ADD COLUMN xact bigint NOT NULL DEFAULT exchange_xact();
CREATE INDEX exchange_record_in_order ON exchange_record (xact, id);
CREATE INDEX exchange_answer_in_order ON exchange_answer (xact, record);
"""
NO_COLUMNS = """
ALTER TABLE exchange_record DROP COLUMN xact;
ALTER TABLE exchange_answer DROP COLUMN xact;
DROP FUNCTION exchange_xact, exchange_era;
"""
FORBID = """
CREATE TRIGGER exchange_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_batch
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change();
"""
ALLOW = "DROP TRIGGER exchange_append_only ON exchange_batch"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_records")]
    operations = [
        migrations.RunSQL(COLUMNS, NO_COLUMNS),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("last_xact", models.BigIntegerField()),
                ("last_id", models.UUIDField()),
                ("size", models.PositiveIntegerField()),
                ("ids", models.BinaryField()),
                ("leaves", models.BinaryField()),
                ("root", models.BinaryField(max_length=32)),
                ("entry", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "last_xact", "last_id"), name="exchange_batch_in_order"
                    ),
                    models.CheckConstraint(
                        name="exchange_batch_kind",
                        condition=models.Q(("kind__in", ["call", "answer"])),
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]

"""Signed heads can be added, never changed or taken away."""

from django.db import migrations, models

FORBID = """
CREATE TRIGGER attestation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attestation_head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
ALLOW = "DROP TRIGGER attestation_append_only ON attestation_head"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0004_tree")]
    operations = [
        migrations.CreateModel(
            name="HeadRow",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("suite", models.CharField(max_length=20)),
                ("signer", models.CharField(max_length=64)),
                ("signature", models.BinaryField(max_length=100)),
            ],
            options={
                "db_table": "attestation_head",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="attestation_head_of_something"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]

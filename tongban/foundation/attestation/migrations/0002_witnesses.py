"""Witnesses and what they have signed, logs that this node is a witness of, and a time stamp a day."""

import django.db.models.deletion
from django.db import migrations, models

FORBID = """
CREATE TRIGGER attestation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attestation_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER attestation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attestation_stamp
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
ALLOW = """
DROP TRIGGER attestation_append_only ON attestation_stamp;
DROP TRIGGER attestation_append_only ON attestation_cosignature;
"""


class Migration(migrations.Migration):
    dependencies = [("attestation", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="WitnessRow",
            fields=[
                ("code", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("root", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "attestation_witness"},
        ),
        migrations.CreateModel(
            name="SeenRow",
            fields=[
                ("log", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("certificate", models.BinaryField()),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "attestation_seen"},
        ),
        migrations.CreateModel(
            name="StampRow",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attestation.headrow",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("suite", models.CharField(max_length=20)),
                ("token", models.BinaryField()),
            ],
            options={"db_table": "attestation_stamp"},
        ),
        migrations.CreateModel(
            name="CosignatureRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "head", "witness", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="attestation.headrow",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="attestation.witnessrow",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("suite", models.CharField(max_length=20)),
                ("certificate", models.BinaryField()),
                ("signature", models.BinaryField(max_length=100)),
            ],
            options={"db_table": "attestation_cosignature"},
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]

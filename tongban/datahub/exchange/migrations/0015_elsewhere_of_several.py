"""One call of another node stands in the accounts of several: of whom it asked about, and of each whom its answer named."""

from django.db import migrations, models

KEY = "ALTER TABLE exchange_elsewhere DROP CONSTRAINT exchange_elsewhere_pkey, ADD PRIMARY KEY ({})"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0014_named")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    KEY.format("node, id, subject"),
                    # What is deleted is told again when the person opens the account.
                    f"DELETE FROM exchange_elsewhere WHERE is_named; {KEY.format('node, id')}",  # noqa: S608
                )
            ],
            [
                migrations.AlterField(
                    "elsewhere",
                    "pk",
                    models.CompositePrimaryKey(
                        "node", "id", "subject", primary_key=True, serialize=False, editable=False, blank=True
                    ),
                )
            ],
        )
    ]

"""Calls for metadata: of use once, and so many a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0011_counting")]

    operations = [
        migrations.CreateModel(
            name="MetadataCall",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("signed_at", models.DateTimeField()),
                ("at", models.DateTimeField(db_index=True)),
                ("key", models.BigIntegerField()),
                ("nonce", models.CharField(max_length=64)),
                ("consumer", models.CharField(max_length=200)),
            ],
            options={
                "indexes": [models.Index(fields=["consumer", "at"], name="exchange_metadata_of_consumer")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("signed_at", "key", "nonce"), name="exchange_metadata_once"
                    )
                ],
            },
        ),
    ]

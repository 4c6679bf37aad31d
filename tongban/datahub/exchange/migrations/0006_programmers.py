"""Certificates for mutual TLS; what a service may be asked and how it is described; the sandbox."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0005_nodes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Description",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("key", models.CharField(max_length=43)),
                ("nonce", models.CharField(max_length=64)),
                ("consumer", models.CharField(max_length=200)),
                ("provider", models.CharField(max_length=200)),
                ("service", models.CharField(max_length=100)),
                ("status", models.PositiveSmallIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("micros", models.PositiveIntegerField()),
                ("problem", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="TrialKey",
            fields=[
                ("id", models.CharField(max_length=43, primary_key=True, serialize=False)),
                ("subsystem", models.CharField(db_index=True, max_length=200)),
                ("algorithm", models.CharField(max_length=40)),
                ("public", models.BinaryField()),
                ("registered_at", models.DateTimeField()),
                ("registered_by", models.CharField(max_length=240)),
                ("until", models.DateField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="key",
            name="exchange_key_algorithm",
        ),
        migrations.AddField(
            model_name="key",
            name="valid_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="key",
            name="valid_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="paths",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=300), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="renames",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="key",
            name="public",
            field=models.BinaryField(),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("algorithm__in", ("ed25519", "ecdsa-p256-sha256", "x-sm2-sm3", "tls-certificate"))
                ),
                name="exchange_key_algorithm",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("algorithm", "tls-certificate"), _negated=True),
                    models.Q(
                        ("valid_from__isnull", False),
                        ("valid_until__gt", models.F("valid_from")),
                        ("valid_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="exchange_certificate_has_dates",
            ),
        ),
        migrations.AddField(
            model_name="description",
            name="service",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="description", to="exchange.service"
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="service",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="sample", to="exchange.service"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(fields=["consumer", "at"], name="exchange_trial_of_consumer"),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.UniqueConstraint(fields=("key", "nonce"), name="exchange_trial_once"),
        ),
        migrations.AddConstraint(
            model_name="trialkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("algorithm__in", ("ed25519", "ecdsa-p256-sha256", "x-sm2-sm3"))),
                name="exchange_trial_key_algorithm",
            ),
        ),
    ]

"""The index of search, its synonyms and frequencies, and what was not found."""

from __future__ import annotations

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("code", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=300)),
                ("subtitle", models.TextField()),
                ("terms", django.contrib.postgres.search.SearchVectorField()),
                ("line", models.TextField()),
                ("card", models.JSONField()),
            ],
            options={
                "db_table": "catalogue_search_entry",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["terms"], name="search_entry_terms"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "code"), name="search_entry_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                ("term", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("entries", models.IntegerField()),
            ],
            options={"db_table": "catalogue_search_term"},
        ),
        migrations.CreateModel(
            name="SearchSynonym",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("word", models.CharField(max_length=300)),
                ("means", models.CharField(max_length=300)),
                ("kind", models.CharField(max_length=10)),
            ],
            options={
                "db_table": "catalogue_search_synonym",
                "constraints": [
                    models.UniqueConstraint(fields=("word", "means"), name="search_synonym_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchState",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("revision", models.BigIntegerField(default=0)),
                ("entries", models.IntegerField(default=0)),
                ("counted", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "catalogue_search_state",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="search_state_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchMissed",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("text", models.CharField(max_length=30)),
                ("count", models.IntegerField(default=1)),
            ],
            options={
                "db_table": "catalogue_search_missed",
                "constraints": [models.UniqueConstraint(fields=("day", "text"), name="search_missed_once")],
            },
        ),
    ]

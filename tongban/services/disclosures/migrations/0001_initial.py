"""Contests and what was done with them, who wants to be told."""

import django.db.models.deletion
from django.db import migrations, models

import tongban.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("owner_kind", models.CharField(max_length=10)),
                ("owner_id", models.CharField(max_length=80)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Contest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=10)),
                ("state", models.CharField(default="open", max_length=10)),
                ("reading", models.UUIDField()),
                ("reading_kind", models.CharField(max_length=10)),
                ("reading_at", models.DateTimeField()),
                ("owner_kind", models.CharField(max_length=10)),
                ("owner_id", models.CharField(max_length=80)),
                ("by_id", models.CharField(max_length=200)),
                ("department", models.CharField(max_length=80)),
                ("reader", models.CharField(max_length=200)),
                ("resource", models.CharField(blank=True, max_length=80)),
                ("grant", models.UUIDField(null=True)),
                ("number", models.CharField(blank=True, max_length=200)),
                ("case_id", models.UUIDField(null=True)),
                ("says", models.TextField(blank=True)),
                ("stated_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("escalated_at", models.DateTimeField(null=True)),
                ("verdict", models.CharField(blank=True, max_length=10)),
                ("answer", models.TextField(blank=True)),
                ("measure", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner_kind", "owner_id", "stated_at"], name="contest_of_owner"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["department", "due_on"],
                        name="contest_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("reading", "kind", "owner_kind", "owner_id"),
                        name="contest_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["unknown", "wrong"])), name="contest_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reading_kind__in", ["exchange", "staff", "shown", "refused"])),
                        name="contest_reading_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered", "withdrawn"])),
                        name="contest_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", False),
                                ("state", "answered"),
                                models.Q(("answer", ""), _negated=True),
                                ("verdict__in", ["lawful", "mistake"]),
                            ),
                            models.Q(
                                models.Q(("state", "answered"), _negated=True),
                                ("answered_at__isnull", True),
                                ("verdict", ""),
                            ),
                            _connector="OR",
                        ),
                        name="contest_answered_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="told_one_row")],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("act", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by_kind", models.CharField(max_length=40)),
                ("by_id", models.CharField(max_length=200)),
                (
                    "contest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="disclosures.contest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["state", "answer", "withdraw", "escalate"])),
                        name="contest_note_act_known",
                    )
                ],
            },
        ),
    ]

"""Contests about offices that have no desk here: who they are, of which district, when they were asked; who was only named."""

from django.db import migrations, models

ACTS = ["state", "answer", "withdraw", "escalate", "hand_on"]


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0003_beside_purpose")]
    operations = [
        migrations.AddField(
            "contest", "office", models.CharField(blank=True, default="", max_length=80), False
        ),
        migrations.AddField(
            "contest", "district", models.CharField(blank=True, default="", max_length=6), False
        ),
        migrations.AddField("contest", "is_named", models.BooleanField(default=False)),
        migrations.AddField("contest", "handed_on_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("note", "contest_note_act_known"),
        migrations.AddConstraint(
            "note",
            models.CheckConstraint(
                condition=models.Q(("act__in", ACTS)),
                name="contest_note_act_known",
            ),
        ),
    ]

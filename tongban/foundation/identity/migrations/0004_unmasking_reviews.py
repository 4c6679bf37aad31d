"""What the security officer found of each reading of a personal number in full."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_tokens_for_a_party")]
    operations = [
        migrations.CreateModel(
            "UnmaskingReview",
            [
                ("record", models.UUIDField(primary_key=True, serialize=False)),
                ("reviewer", models.CharField(max_length=80)),
                ("verdict", models.CharField(max_length=10)),
                ("note", models.CharField(max_length=300, blank=True)),
                ("at", models.DateTimeField()),
            ],
            {
                "constraints": [
                    models.CheckConstraint(
                        name="unmasking_review_verdict",
                        condition=Q(verdict="fine") | Q(verdict="doubtful") & ~Q(note=""),
                    )
                ]
            },
        ),
    ]

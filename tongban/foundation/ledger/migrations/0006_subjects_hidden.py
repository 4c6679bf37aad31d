"""Data subjects stand on the ledger under their pseudonyms. What was recorded before stays what it is: it cannot change."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

SUBJECTS = ["account", "company", "person"]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_purging")]
    operations = [
        AddConstraintNotValid(
            "record",
            models.CheckConstraint(
                name="ledger_subjects_hidden",
                condition=models.Q(
                    models.Q(
                        ~models.Q(actor_kind__in=SUBJECTS),
                        models.Q(Exact(Length("actor_id"), 64), actor_id__regex="^[0-9a-f]*$"),
                        _connector="OR",
                    ),
                    models.Q(
                        ~models.Q(subject_kind__in=SUBJECTS),
                        models.Q(Exact(Length("subject_id"), 64), subject_id__regex="^[0-9a-f]*$"),
                        _connector="OR",
                    ),
                ),
            ),
        )
    ]

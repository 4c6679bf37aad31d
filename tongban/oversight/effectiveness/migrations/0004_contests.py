"""Questions of persons that nobody answered: they need not be about a case."""

from django.db import migrations, models

KINDS = ["promise", "statutory", "joint", "first_review", "breach", "rating", "contest"]


class Migration(migrations.Migration):
    dependencies = [("effectiveness", "0003_ratings_that_nobody_looked_after")]
    operations = [
        migrations.AlterField(
            model_name="entry", name="case_id", field=models.UUIDField(db_index=True, null=True)
        ),
        migrations.RemoveConstraint(model_name="entry", name="entry_kind_known"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                name="entry_kind_known", condition=models.Q(("kind__in", KINDS))
            ),
        ),
    ]

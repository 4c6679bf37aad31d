"""A token is for one party, and knows the address it was issued at, for telling the system of the end."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_shared_cache")]
    operations = [
        migrations.AddField(
            "tokengrant", "issuer", models.CharField(max_length=200, blank=True, default=""), False
        ),
        migrations.AddField(
            "tokengrant", "party_kind", models.CharField(max_length=10, blank=True, default=""), False
        ),
        migrations.AddField(
            "tokengrant", "party_id", models.CharField(max_length=40, blank=True, default=""), False
        ),
        migrations.AlterField("tokengrant", "access_hash", models.CharField(max_length=255, db_index=True)),
        migrations.AddConstraint(
            "tokengrant",
            models.CheckConstraint(
                name="token_grant_for_a_party",
                condition=Q(party_kind="", party_id="")
                | Q(party_kind__in=["person", "company"]) & ~Q(party_id=""),
            ),
        ),
    ]

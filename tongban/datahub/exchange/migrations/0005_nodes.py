"""A service may be published at another node."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_secrecy")]
    operations = [
        migrations.RemoveConstraint(model_name="service", name="exchange_service_kind"),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                name="exchange_service_kind",
                condition=models.Q(("kind__in", ["register", "query", "upstream", "node"])),
            ),
        ),
    ]

"""Up to which day each node's calls were held against the purposes of their grants: this one's own begin anew with yesterday."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0005_told_of_districts")]
    operations = [
        migrations.DeleteModel("Checked"),
        migrations.CreateModel(
            name="Checked",
            fields=[
                ("node", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("until", models.DateField()),
            ],
        ),
    ]

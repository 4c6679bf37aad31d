"""Feeds about persons that were declared without saying which field names them are told of no more changes."""

from django.db import migrations, models

KNOWN = """
UPDATE subscriptions_feed f SET names_nobody = true FROM resources_resource r
WHERE r.code = f.resource AND NOT f.subject = ANY(f.personal) AND r.document->>'subject' = 'person'
    AND r.document->'fields' @? '$[*] ? (@.personal == true)'
"""


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0007_told_again"), ("resources", "0001_initial")]

    operations = [
        migrations.AddField("feedrow", "names_nobody", models.BooleanField(default=False)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]

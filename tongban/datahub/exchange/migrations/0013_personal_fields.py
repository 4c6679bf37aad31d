"""Which fields of a service are personal information: who is given one says for which case."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

KNOWN = """
UPDATE exchange_service s SET personal = ARRAY(
    SELECT field->>'code' FROM jsonb_array_elements(r.document->'fields') field WHERE (field->>'personal')::boolean
)
FROM resources_resource r WHERE r.code = s.resource AND s.kind <> 'node'
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0012_metadata"), ("resources", "0001_initial")]

    operations = [
        migrations.AddField(
            "service", "personal", ArrayField(models.CharField(max_length=80), default=list, size=None)
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]

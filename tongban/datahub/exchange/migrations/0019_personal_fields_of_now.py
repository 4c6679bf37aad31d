"""Which fields of a service are personal information or say whose a record is, as the catalogue has it now.

From here on each change of the catalogue is followed; until here it was found out when a service was published.
"""

from __future__ import annotations

from django.db import migrations

NOW = """
UPDATE exchange_service s SET personal = ARRAY(
    SELECT field->>'code' FROM jsonb_array_elements(r.document->'fields') WITH ORDINALITY said(field, place)
    WHERE (field->>'personal')::boolean OR (field->>'owner')::boolean ORDER BY place
)
FROM resources_resource r WHERE r.code = s.resource AND s.kind <> 'node'
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0018_operator_of_another"), ("resources", "0008_needed_at_once")]

    operations = [migrations.RunSQL(NOW, migrations.RunSQL.noop)]

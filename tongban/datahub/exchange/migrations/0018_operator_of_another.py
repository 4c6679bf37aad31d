"""Whom an answer only named does not learn who operated the call: by X-Road's convention that may be the other's own number."""

from importlib import import_module

from django.db import migrations

before = import_module("tongban.datahub.exchange.migrations.0014_named")
RECORD = before.RECORD.replace('r."user"', "''::varchar AS \"user\"")
MAKE = before.MAKE.replace(before.RECORD.format(**before.NAMED), RECORD.format(**before.NAMED))
FORGET = """UPDATE exchange_elsewhere SET "user" = '' WHERE is_named"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0017_by_district")]
    operations = [
        migrations.RunSQL(MAKE, before.MAKE),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]

"""The chain becomes a tree: a link holds its leaf, and complete subtrees are kept."""

import hashlib

from django.db import migrations, models

LEAVES = """
ALTER TABLE ledger_link DISABLE TRIGGER ledger_append_only;
UPDATE ledger_link SET leaf = sha256('\\x00'::bytea || digest)
    FROM ledger_record WHERE ledger_record.id = ledger_link.record_id;
ALTER TABLE ledger_link ENABLE TRIGGER ledger_append_only;
"""
FORBID = """
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_subtree
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
ALLOW = "DROP TRIGGER ledger_append_only ON ledger_subtree"
INSERT = "INSERT INTO ledger_subtree (level, index, hash) VALUES (%s, %s, %s)"


def keep_what_is_complete(apps, schema_editor):
    """Compute the subtrees of what is linked already."""
    link = apps.get_model("ledger", "Link")
    leaves = link.objects.order_by("number").values_list("leaf", flat=True).iterator(chunk_size=5000)
    hashes = [bytes(leaf) for leaf in leaves]
    with schema_editor.connection.cursor() as cursor:
        for level in (8, 16, 24):
            hashes = [subtree(hashes[at : at + 256]) for at in range(0, len(hashes) // 256 * 256, 256)]
            cursor.executemany(INSERT, [(level, index, made) for index, made in enumerate(hashes)])


def subtree(below):
    """Return the hash over 256 hashes, as RFC 6962 has it."""
    while len(below) > 1:
        pairs = zip(below[::2], below[1::2], strict=True)
        below = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return below[0]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_looking")]
    operations = [
        migrations.RenameField("link", "value", "leaf"),
        migrations.RunSQL(LEAVES, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Subtree",
            fields=[
                ("pk", models.CompositePrimaryKey("level", "index", blank=True, editable=False, primary_key=True,
                                                  serialize=False)),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.RunPython(keep_what_is_complete, migrations.RunPython.noop, elidable=True),
        migrations.RunSQL(FORBID, ALLOW),
        migrations.AlterField(
            "pending", "record",
            models.OneToOneField("ledger.record", models.PROTECT, primary_key=True, related_name="+", serialize=False,
                                 db_constraint=False),
        ),
    ]  # fmt: skip

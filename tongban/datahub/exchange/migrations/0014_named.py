"""Whose number stood in an answer, though the call was about somebody else: those persons find the call, too.

The functions are those of 0010 with a third source, which leads from the persons named to the calls.
"""

from importlib import import_module

from django.db import migrations, models

CREATE = """
CREATE TABLE exchange_named (
    id uuid NOT NULL,
    record uuid NOT NULL,
    at timestamptz NOT NULL,
    subject bytea NOT NULL,
    xact bigint NOT NULL DEFAULT exchange_xact(),
    CONSTRAINT exchange_named_pk PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX exchange_named_of_subject ON exchange_named (subject, at);
CREATE INDEX exchange_named_in_order ON exchange_named (xact, id);
CREATE TABLE exchange_named_default PARTITION OF exchange_named DEFAULT;
SELECT exchange_guard(name) FROM unnest(ARRAY['exchange_named', 'exchange_named_default']) name;
CREATE TRIGGER exchange_only_purged BEFORE UPDATE ON exchange_named FOR EACH ROW
    EXECUTE FUNCTION exchange_check_purge('{subject}', 'named');
"""
MONTHS = """
CREATE OR REPLACE FUNCTION exchange_make_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    name text;
    made boolean := false;
BEGIN
    month := date_trunc('month', month);
    FOREACH parent IN ARRAY ARRAY[%s] LOOP
        name := parent || to_char(month, '_YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %%I PARTITION OF %%I FOR VALUES FROM (%%L) TO (%%L)', name, parent,
                month::timestamp AT TIME ZONE 'Asia/Shanghai',
                (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai');
            PERFORM exchange_guard(name);
            made := true;
        END IF;
    END LOOP;
    RETURN made;
END $$;
"""
ALL, BEFORE_ALL = (
    "'exchange_record', 'exchange_answer', 'exchange_named'",
    "'exchange_record', 'exchange_answer'",
)
MADE = """
SELECT exchange_make_month(to_date(right(relid::regclass::text, 7), 'YYYY_MM'))
FROM pg_partition_tree('exchange_answer') WHERE relid::regclass::text ~ '_[0-9]{4}_[0-9]{2}$';
"""
PURGE = """
CREATE OR REPLACE FUNCTION exchange_check_purge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    content text[] := TG_ARGV[0]::text[];
    is_empty boolean;
BEGIN
    CASE TG_ARGV[1]
    WHEN 'call' THEN
        is_empty := NEW.message_id = '' AND NEW."user" = '' AND NEW.issue = '' AND NEW.subject IS NULL
            AND octet_length(NEW.signed) = 32 AND NEW.signature = ''::bytea;
    WHEN 'named' THEN
        is_empty := octet_length(NEW.subject) = 33;
    ELSE
        is_empty := octet_length(NEW.digest) = 33;
    END CASE;
    IF NOT is_empty OR OLD.at >= now() - interval '3 years'
        OR (to_jsonb(NEW) - content) IS DISTINCT FROM (to_jsonb(OLD) - content) THEN
        RAISE EXCEPTION 'exchange_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exchange_append_only';
    END IF;
    RETURN NEW;
END $$;
"""

before = import_module("tongban.datahub.exchange.migrations.0010_elsewhere")
# A call that named somebody was authorised and asked here: nothing of it was decided elsewhere.
NAMED = {"outcome": "r.outcome", "grant": 'r."grant"'}
# Each call by its number, in the month that the row names: a join would read months of other people's calls.
CALLS = """exchange_named m CROSS JOIN LATERAL (
    SELECT * FROM exchange_record o WHERE o.id = m.record
        AND o.signed_at >= m.at - interval '1 hour' AND o.signed_at < m.at + interval '1 hour' LIMIT 1) r"""
# The case is another's: those who were named in the answer do not learn its number.
WANTED = before.WANTED.replace(
    "r.subject = p_subject", "m.subject = p_subject AND m.at >= first AND m.at < last"
).replace("(p_issue IS NULL OR r.issue = p_issue)", "p_issue IS NULL")
RECORD = before.RECORD.replace("r.issue", "''::varchar AS issue")
FROM_NAMED = (
    f"{RECORD.format(**NAMED)}, NULL::smallint AS status, ''::varchar AS node, true AS named FROM {CALLS}"
)
FROM_HERE = before.FROM_HERE.replace("AS node", "AS node, false AS named")
FROM_THERE = before.FROM_THERE.replace("r.node", "r.node, r.is_named AS named")
SEEN = before.SEEN.replace("f.node", "f.node, f.named")
COLUMNS = before.COLUMNS.replace("node varchar)", "node varchar, named boolean)")
LIST = SEEN.format(f"""
    ({FROM_HERE} WHERE {before.WANTED.format(**before.HERE)} {before.NEWEST})
    UNION ALL ({FROM_THERE} WHERE r.here IS NULL AND {before.WANTED.format(**before.THERE)} {before.NEWEST})
    UNION ALL ({FROM_NAMED} WHERE {WANTED.format(**NAMED)} {before.NEWEST})
    ORDER BY at DESC, id DESC LIMIT p_limit - many""")
ONE = SEEN.format(f"""
    {FROM_HERE} WHERE r.id = p_id AND r.subject = p_subject AND {before.HIDDEN.format(**before.HERE)}
    UNION ALL {FROM_THERE} WHERE r.id = p_id AND r.subject = p_subject AND r.here IS NULL AND {before.HIDDEN.format(**before.THERE)}
    UNION ALL {FROM_NAMED} WHERE m.record = p_id AND m.subject = p_subject AND {before.HIDDEN.format(**NAMED)}""")
COUNTED = f"""
        UNION ALL
        {before.COUNTED.replace("r.issue", "''::varchar AS issue").format(**NAMED)} FROM {CALLS} {before.OFFERED} WHERE {WANTED.format(**NAMED)}
    ) AS f GROUP BY"""
MAKE = (
    before.MAKE.replace(before.LIST, LIST)
    .replace(before.ONE, ONE)
    .replace(before.COLUMNS, COLUMNS)
    .replace("\n    ) AS f GROUP BY", COUNTED)
)


def kinds(*those: str) -> list[migrations.operations.base.Operation]:
    """Return what lets batches be of these kinds only."""
    check = models.CheckConstraint(name="exchange_batch_kind", condition=models.Q(("kind__in", list(those))))
    return [
        migrations.RemoveConstraint("batch", "exchange_batch_kind"),
        migrations.AddConstraint("batch", check),
    ]


class Migration(migrations.Migration):
    dependencies = [("exchange", "0013_personal_fields")]
    operations = [
        migrations.RunSQL(PURGE, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, "DROP TABLE exchange_named"),
        migrations.RunSQL(MONTHS % ALL, MONTHS % BEFORE_ALL),
        migrations.RunSQL(MADE, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Named",
            fields=[
                ("pk", models.CompositePrimaryKey("id", "at", primary_key=True, serialize=False, editable=False, blank=True)),
                ("id", models.UUIDField()),
                ("record", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("subject", models.BinaryField()),
                ("xact", models.BigIntegerField()),
            ],
            options={"db_table": "exchange_named", "managed": False},
        ),
        *kinds("call", "answer", "named"),
        migrations.AddField("elsewhere", "is_named", models.BooleanField(default=False)),
        migrations.RunSQL(MAKE, before.MAKE),
    ]  # fmt: skip

"""What other nodes have on record about somebody stands in the account beside what this one has, once and in one order.

A call that this node handed on is on record here and there: the line of here is shown, with what only there was decided.
The functions are those of 0008 with a second source; it has no months, because a person's few lines are all that it holds.
"""

from importlib import import_module

from django.db import migrations, models

HIDDEN = """NOT EXISTS (
    SELECT FROM exchange_secrecy s
    WHERE s.ended_on IS NULL AND s.until >= p_today AND s.since <= r.at AND (s."grant" = {grant}
        OR ({grant} IS NULL AND s.consumer = r.consumer AND s.provider = r.provider AND s.service = r.service)))"""
WANTED = f"""r.subject = p_subject AND r.at >= first AND r.at < last
    AND r.signed_at >= first - interval '1 hour' AND r.signed_at < last + interval '1 hour'
    AND (p_refused IS NULL OR ({{outcome}} NOT IN ('', 'Relayed')) = p_refused)
    AND (p_issue IS NULL OR r.issue = p_issue)
    AND (p_resource IS NULL OR (r.provider, r.service) IN (
        SELECT w.provider_id, w.code FROM exchange_service w WHERE w.resource = p_resource))
    AND {HIDDEN}"""  # noqa: S608 - of constants
HERE = {"outcome": "coalesce(e.outcome, r.outcome)", "grant": 'coalesce(r."grant", e."grant")'}
THERE = {"outcome": "r.outcome", "grant": 'r."grant"'}
OWN = "exchange_record r LEFT JOIN exchange_elsewhere e ON r.outcome = 'Relayed' AND e.here = r.id"
OTHERS = "exchange_elsewhere r"
SEEN = """
SELECT f.id, f.at, f.consumer, f.provider, f.service, f.outcome, f."grant", f."user", f.issue,
    coalesce(g.resource, p.resource, '')::varchar, coalesce((
        -- What the grant let leave at that moment: it may have been narrowed since.
        SELECT array_agg(name::varchar) FROM jsonb_array_elements_text((
            SELECT l.detail -> 'fields' FROM ledger_record l
            WHERE l.subject_kind = 'data-grant' AND l.subject_id = f."grant"::text AND l.at <= f.at
                AND l.act IN ('data.grant_given', 'data.grant_narrowed')
            ORDER BY l.at DESC, l.id DESC LIMIT 1)) name
    ), g.fields, '{{}}'), coalesce(g.purpose, '')::varchar,
    coalesce(g.items, '{{}}'), coalesce(g.basis, ''), coalesce(a.status, f.status), (
        SELECT max(coalesce(s.ended_on, s.until + 1)) FROM exchange_secrecy s
        WHERE s."grant" = f."grant" AND s.since <= f.at
            AND (f.at AT TIME ZONE 'Asia/Shanghai')::date <= coalesce(s.ended_on, s.until)), f.node
FROM ({}) AS f
LEFT JOIN exchange_answer a ON a.record = f.id AND a.at = f.at
LEFT JOIN resources_grant g ON g.id = f."grant"
LEFT JOIN exchange_service p ON p.provider_id = f.provider AND p.code = f.service
ORDER BY f.at DESC, f.id DESC
"""
RECORD = 'SELECT r.id, r.at, r.consumer, r.provider, r.service, {outcome} AS outcome, {grant} AS "grant", r."user", r.issue'
FROM_HERE = f"""{RECORD.format(**HERE)}, e.status, ''::varchar AS node FROM {OWN}"""  # noqa: S608 - of constants
FROM_THERE = f"""{RECORD.format(**THERE)}, r.status, r.node FROM {OTHERS}"""  # noqa: S608 - of constants
COLUMNS = """RETURNS TABLE (id uuid, at timestamptz, consumer varchar, provider varchar, service varchar, outcome varchar,
    "grant" uuid, "user" varchar, issue varchar, resource varchar, fields varchar[], purpose varchar, items varchar[],
    basis text, status smallint, secret_until date, node varchar)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan"""
NEWEST = "AND (p_before IS NULL OR (r.at, r.id) < (p_before, p_before_id)) ORDER BY r.at DESC, r.id DESC LIMIT p_limit - many"
LIST = SEEN.format(f"""
    ({FROM_HERE} WHERE {WANTED.format(**HERE)} {NEWEST})
    UNION ALL ({FROM_THERE} WHERE r.here IS NULL AND {WANTED.format(**THERE)} {NEWEST})
    ORDER BY at DESC, id DESC LIMIT p_limit - many""")
ONE = SEEN.format(f"""
    {FROM_HERE} WHERE r.id = p_id AND r.subject = p_subject AND {HIDDEN.format(**HERE)}
    UNION ALL {FROM_THERE} WHERE r.id = p_id AND r.subject = p_subject AND r.here IS NULL AND {HIDDEN.format(**THERE)}""")
COUNTED = """SELECT (r.at AT TIME ZONE 'Asia/Shanghai')::date AS day, {outcome} NOT IN ('', 'Relayed') AS is_refused,
        r.consumer, coalesce(p.resource, '')::varchar AS resource, r.issue"""
OFFERED = "LEFT JOIN exchange_service p ON p.provider_id = r.provider AND p.code = r.service"
DROP = "DROP FUNCTION exchange_about, exchange_one_about, exchange_tally"
MAKE = f"""
{DROP};
CREATE FUNCTION exchange_about(p_subject bytea, p_since timestamptz, p_until timestamptz, p_refused boolean, p_issue text,
    p_resource text, p_before timestamptz, p_before_id uuid, p_today date, p_limit integer) {COLUMNS} AS $$
#variable_conflict use_column
DECLARE
    step interval;
    got integer;
    many integer := 0;
    first timestamptz;
    last timestamptz := least(p_until, p_before + interval '1 microsecond');
BEGIN
    -- Each step reaches further back than the one before, and no month is read before the last one that is needed.
    FOREACH step IN ARRAY ARRAY[interval '31 days', interval '186 days', interval '3660 days'] LOOP
        first := greatest(p_since, last - step);
        RETURN QUERY {LIST};
        GET DIAGNOSTICS got = ROW_COUNT;
        many := many + got;
        EXIT WHEN many >= p_limit OR first <= p_since;
        last := first;
    END LOOP;
END $$;

CREATE FUNCTION exchange_one_about(p_subject bytea, p_id uuid, p_today date)
{COLUMNS} AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY {ONE};
END $$;

CREATE FUNCTION exchange_tally(p_subject bytea, p_since timestamptz, p_until timestamptz, p_today date)
RETURNS TABLE (day date, is_refused boolean, consumer varchar, resource varchar, issue varchar, count bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    p_refused boolean;
    p_issue text;
    p_resource text;
    first timestamptz := p_since;
    last timestamptz := p_until;
BEGIN
    RETURN QUERY SELECT day, is_refused, consumer, resource, issue, count(*) FROM (
        {COUNTED.format(**HERE)} FROM {OWN} {OFFERED} WHERE {WANTED.format(**HERE)}
        UNION ALL
        {COUNTED.format(**THERE)} FROM {OTHERS} {OFFERED} WHERE r.here IS NULL AND {WANTED.format(**THERE)}
    ) AS f GROUP BY 1, 2, 3, 4, 5;
END $$;
"""  # noqa: S608 - of constants

BEFORE = import_module("tongban.datahub.exchange.migrations.0008_about").MAKE


class Migration(migrations.Migration):
    dependencies = [("exchange", "0009_digests")]
    operations = [
        migrations.CreateModel(
            name="Elsewhere",
            fields=[
                ("pk", models.CompositePrimaryKey("node", "id", primary_key=True, serialize=False, editable=False, blank=True)),
                ("node", models.CharField(max_length=40)),
                ("id", models.UUIDField()),
                ("subject", models.BinaryField(max_length=32)),
                ("signed_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("consumer", models.CharField(max_length=200)),
                ("provider", models.CharField(max_length=200)),
                ("service", models.CharField(max_length=100)),
                ("outcome", models.CharField(blank=True, max_length=40)),
                ("grant", models.UUIDField(null=True)),
                ("user", models.CharField(blank=True, max_length=200)),
                ("issue", models.CharField(blank=True, max_length=200)),
                ("status", models.SmallIntegerField(null=True)),
                ("here", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "at"], name="exchange_elsewhere_of_subject")],
                "constraints": [
                    models.UniqueConstraint(name="exchange_elsewhere_once_here", fields=("here",)),
                    models.CheckConstraint(
                        name="exchange_elsewhere_decided", condition=~models.Q(outcome="Relayed")
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                ("pk", models.CompositePrimaryKey("subject", "node", primary_key=True, serialize=False, editable=False, blank=True)),
                ("subject", models.BinaryField(max_length=32)),
                ("node", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(MAKE, f"{DROP};{BEFORE}"),
    ]  # fmt: skip

"""What was asked about somebody, as functions: planned once for each connection, however many months there are.

Planning for the partitions of years takes a hundred times as long as reading the few rows, and PostgreSQL would plan anew each
time: by its estimate a plan for any values reads all months. It does not: what is not of the period is left out when the
plan begins to run. Nothing here tells that something is kept secret (``queries/about.py``).
"""

from django.db import migrations

HIDDEN = """NOT EXISTS (
    SELECT FROM exchange_secrecy s
    WHERE s.ended_on IS NULL AND s.until >= p_today AND s.since <= r.at AND (s."grant" = r."grant"
        OR (r."grant" IS NULL AND s.consumer = r.consumer AND s.provider = r.provider AND s.service = r.service)))"""
WANTED = f"""r.subject = p_subject AND r.at >= first AND r.at < last
    AND r.signed_at >= first - interval '1 hour' AND r.signed_at < last + interval '1 hour'
    AND (p_refused IS NULL OR (r.outcome NOT IN ('', 'Relayed')) = p_refused)
    AND (p_issue IS NULL OR r.issue = p_issue)
    AND (p_resource IS NULL OR (r.provider, r.service) IN (
        SELECT w.provider_id, w.code FROM exchange_service w WHERE w.resource = p_resource))
    AND {HIDDEN}"""  # noqa: S608 - of constants
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
    coalesce(g.items, '{{}}'), coalesce(g.basis, ''), a.status, (
        SELECT max(coalesce(s.ended_on, s.until + 1)) FROM exchange_secrecy s
        WHERE s."grant" = f."grant" AND s.since <= f.at
            AND (f.at AT TIME ZONE 'Asia/Shanghai')::date <= coalesce(s.ended_on, s.until))
FROM ({}) AS f
LEFT JOIN exchange_answer a ON a.record = f.id AND a.at = f.at
LEFT JOIN resources_grant g ON g.id = f."grant"
LEFT JOIN exchange_service p ON p.provider_id = f.provider AND p.code = f.service
ORDER BY f.at DESC, f.id DESC
"""
RECORD = """SELECT r.id, r.at, r.consumer, r.provider, r.service, r.outcome, r."grant", r."user", r.issue
    FROM exchange_record r"""
COLUMNS = """RETURNS TABLE (id uuid, at timestamptz, consumer varchar, provider varchar, service varchar, outcome varchar,
    "grant" uuid, "user" varchar, issue varchar, resource varchar, fields varchar[], purpose varchar, items varchar[],
    basis text, status smallint, secret_until date)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan"""
LIST = SEEN.format(f"""{RECORD} WHERE {WANTED}
    AND (p_before IS NULL OR (r.at, r.id) < (p_before, p_before_id))
    ORDER BY r.at DESC, r.id DESC LIMIT p_limit - many""")  # noqa: S608 - of constants
ONE = SEEN.format(f"""{RECORD} WHERE r.id = p_id AND r.subject = p_subject AND {HIDDEN}""")  # noqa: S608 - of constants
MAKE = f"""
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
    RETURN QUERY SELECT (r.at AT TIME ZONE 'Asia/Shanghai')::date, r.outcome NOT IN ('', 'Relayed'), r.consumer,
        coalesce(p.resource, '')::varchar, r.issue, count(*)
    FROM exchange_record r
    LEFT JOIN exchange_service p ON p.provider_id = r.provider AND p.code = r.service
    WHERE {WANTED} GROUP BY 1, 2, 3, 4, 5;
END $$;
"""  # noqa: S608 - of constants
DROP = "DROP FUNCTION exchange_about, exchange_one_about, exchange_tally"


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0007_purging"),
        ("resources", "0003_basis_of_any_length"),
        ("ledger", "0004_tree"),
    ]
    operations = [migrations.RunSQL(MAKE, DROP)]

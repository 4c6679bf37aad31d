"""Records and answers, partitioned by month, append-only; the meter.

A month's partitions are made by ``exchange_make_month``, long before it begins; the default partition takes what would
otherwise be lost if nobody did. The trigger stands on each partition too, so that none can be changed behind the table.
"""

from django.db import migrations

CREATE = """
CREATE TABLE exchange_record (
    id uuid NOT NULL,
    signed_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    key bigint NOT NULL,
    nonce varchar(64) NOT NULL,
    consumer varchar(200) NOT NULL,
    provider varchar(200) NOT NULL,
    service varchar(100) NOT NULL,
    outcome varchar(40) NOT NULL,
    "grant" uuid,
    message_id varchar(200) NOT NULL,
    "user" varchar(200) NOT NULL,
    issue varchar(200) NOT NULL,
    subject bytea,
    signed bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT exchange_call_once PRIMARY KEY (signed_at, key, nonce),
    CONSTRAINT exchange_authorised_by_grant CHECK (outcome <> '' OR "grant" IS NOT NULL)
) PARTITION BY RANGE (signed_at);
CREATE INDEX exchange_record_by_id ON exchange_record (id);
CREATE INDEX exchange_record_of_consumer ON exchange_record (consumer, at);
CREATE INDEX exchange_record_of_subject ON exchange_record (subject, at) WHERE subject IS NOT NULL;

CREATE TABLE exchange_answer (
    record uuid NOT NULL,
    at timestamptz NOT NULL,
    status smallint NOT NULL,
    size integer NOT NULL,
    micros integer NOT NULL,
    digest bytea NOT NULL,
    problem varchar(80) NOT NULL,
    CONSTRAINT exchange_answer_pk PRIMARY KEY (record, at)
) PARTITION BY RANGE (at);

CREATE TABLE exchange_meter (
    "grant" uuid NOT NULL,
    day date NOT NULL,
    shard smallint NOT NULL,
    calls integer NOT NULL,
    CONSTRAINT exchange_meter_once PRIMARY KEY ("grant", day, shard)
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE FUNCTION exchange_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'exchange_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'exchange_append_only';
END $$;

CREATE FUNCTION exchange_guard(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER exchange_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION exchange_refuse_change()', name);
END $$;

CREATE FUNCTION exchange_make_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    name text;
    made boolean := false;
BEGIN
    month := date_trunc('month', month);
    FOREACH parent IN ARRAY ARRAY['exchange_record', 'exchange_answer'] LOOP
        name := parent || to_char(month, '_YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
                month::timestamp AT TIME ZONE 'Asia/Shanghai',
                (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai');
            PERFORM exchange_guard(name);
            made := true;
        END IF;
    END LOOP;
    RETURN made;
END $$;

CREATE TABLE exchange_record_default PARTITION OF exchange_record DEFAULT;
CREATE TABLE exchange_answer_default PARTITION OF exchange_answer DEFAULT;
SELECT exchange_guard(name) FROM unnest(ARRAY['exchange_record', 'exchange_answer',
    'exchange_record_default', 'exchange_answer_default']) name;
SELECT exchange_make_month((date_trunc('month', now()) + make_interval(months => ahead))::date)
FROM generate_series(-1, 13) ahead;
"""
DROP = """
DROP TABLE exchange_record, exchange_answer, exchange_meter;
DROP FUNCTION exchange_make_month, exchange_guard, exchange_refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]

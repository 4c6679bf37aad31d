"""How exchanges went, counted by minute, hour and day, so that nobody reads millions of records for a figure.

All of it can be counted again from records and answers at any time (``operations.recount``). ``times`` is a histogram of
how long answers took, as one number: each bucket has twelve decimal digits of it, so that adding numbers adds histograms
(``rules.counting``). ``exchange_counted_to`` says how far records and answers are counted.
"""

from django.db import migrations

CREATE = """
CREATE TABLE exchange_counted (
    span varchar(6) NOT NULL,
    start timestamptz NOT NULL,
    consumer varchar(200) NOT NULL,
    provider varchar(200) NOT NULL,
    service varchar(100) NOT NULL,
    problem varchar(80) NOT NULL,
    calls bigint NOT NULL,
    answered bigint NOT NULL,
    failed bigint NOT NULL,
    bytes bigint NOT NULL,
    longest integer NOT NULL,
    times numeric NOT NULL,
    CONSTRAINT exchange_counted_once PRIMARY KEY (consumer, span, start, provider, service, problem),
    CONSTRAINT exchange_counted_span CHECK (span IN ('minute', 'hour', 'day'))
) PARTITION BY LIST (span);
CREATE INDEX exchange_counted_of_provider ON exchange_counted (provider, span, start);
CREATE INDEX exchange_counted_of_asking ON exchange_counted (split_part(consumer, '/', 3), span, start);
CREATE INDEX exchange_counted_of_asked ON exchange_counted (split_part(provider, '/', 3), span, start);

CREATE TABLE exchange_flow (
    span varchar(6) NOT NULL,
    start timestamptz NOT NULL,
    consumer varchar(200) NOT NULL,
    provider varchar(200) NOT NULL,
    calls bigint NOT NULL,
    answered bigint NOT NULL,
    refused bigint NOT NULL,
    failed bigint NOT NULL,
    times numeric NOT NULL,
    CONSTRAINT exchange_flow_once PRIMARY KEY (span, start, consumer, provider),
    CONSTRAINT exchange_flow_span CHECK (span IN ('minute', 'hour', 'day'))
) PARTITION BY LIST (span);

-- Apart from each other, so that the days of a month lie together and not among its minutes.
DO $$
DECLARE
    parent text;
    part text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['exchange_counted', 'exchange_flow'] LOOP
        FOREACH part IN ARRAY ARRAY['minute', 'hour', 'day'] LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%L)
                WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)', parent || '_' || part, parent, part);
        END LOOP;
    END LOOP;
END $$;

CREATE TABLE exchange_failure (
    record uuid NOT NULL CONSTRAINT exchange_failure_pk PRIMARY KEY,
    at timestamptz NOT NULL,
    consumer varchar(200) NOT NULL,
    provider varchar(200) NOT NULL,
    service varchar(100) NOT NULL,
    problem varchar(80) NOT NULL,
    status smallint,
    micros integer
);
CREATE INDEX exchange_failure_of_service ON exchange_failure (provider, service, at);

CREATE TABLE exchange_counted_to (
    kind varchar(10) NOT NULL CONSTRAINT exchange_counted_to_pk PRIMARY KEY,
    xact bigint NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT exchange_counted_to_kind CHECK (kind IN ('call', 'answer'))
);
"""
DROP = "DROP TABLE exchange_counted, exchange_flow, exchange_failure, exchange_counted_to"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0010_elsewhere")]
    operations = [migrations.RunSQL(CREATE, DROP)]

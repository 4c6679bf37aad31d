"""Who a call was made for, where that is a body of government, and what each district calls, counted.

``exchange_represented`` is written before the call it belongs to, from what the caller signed, so that nobody has to
decrypt millions of signatures for a figure, and so that figures stay the same when the law has content taken away
(``operations.purging``). It proves nothing: proof is what was signed. ``exchange_district`` counts by it; until all is
counted anew (``recount``), what was called before stands with the city's own departments, whose name here is empty.
"""

from django.db import migrations

CREATE = """
CREATE TABLE exchange_represented (
    record uuid NOT NULL CONSTRAINT exchange_represented_once PRIMARY KEY,
    party varchar(201) NOT NULL,
    CONSTRAINT exchange_represented_government CHECK (party LIKE 'GOV/%')
);

CREATE TABLE exchange_district (
    span varchar(6) NOT NULL,
    start timestamptz NOT NULL,
    district varchar(80) NOT NULL,
    provider varchar(200) NOT NULL,
    calls bigint NOT NULL,
    answered bigint NOT NULL,
    refused bigint NOT NULL,
    failed bigint NOT NULL,
    times numeric NOT NULL,
    CONSTRAINT exchange_district_counted_once PRIMARY KEY (span, start, district, provider),
    CONSTRAINT exchange_district_span CHECK (span IN ('minute', 'hour', 'day'))
) PARTITION BY LIST (span);
DO $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['minute', 'hour', 'day'] LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF exchange_district FOR VALUES IN (%L)
            WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)', 'exchange_district_' || part, part);
    END LOOP;
END $$;
INSERT INTO exchange_district (span, start, district, provider, calls, answered, refused, failed, times)
SELECT span, start, '', provider, sum(calls), sum(answered), sum(refused), sum(failed), sum(times)
FROM exchange_flow GROUP BY span, start, provider;
"""
DROP = "DROP TABLE exchange_represented, exchange_district"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0016_last_days")]
    operations = [migrations.RunSQL(CREATE, DROP)]

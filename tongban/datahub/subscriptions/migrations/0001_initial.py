"""Feeds, subscriptions, files; changes, deliveries and calls partitioned by month, append-only.

A month's partitions are made by ``subscriptions_make_month``, long before it begins; the default partition takes what would
otherwise be lost if nobody did. Changes are the one thing that is deleted, by the operation that forgets them when their
time is over: it says so in its transaction.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import tongban.kernel.ids

CREATE = """
CREATE TABLE subscriptions_change (
    feed integer NOT NULL,
    position bigint NOT NULL,
    placed_at timestamptz NOT NULL,
    happened_at timestamptz NOT NULL,
    kind varchar(10) NOT NULL,
    row bytea NOT NULL,
    subject bytea,
    content bytea NOT NULL,
    CONSTRAINT subscriptions_position_once PRIMARY KEY (feed, position, placed_at)
) PARTITION BY RANGE (placed_at);
CREATE INDEX subscriptions_change_of_subject ON subscriptions_change (subject, placed_at) WHERE subject IS NOT NULL;
ALTER TABLE subscriptions_change ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE subscriptions_delivery (
    id uuid NOT NULL,
    subscription uuid NOT NULL,
    at timestamptz NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    count integer NOT NULL,
    status smallint NOT NULL,
    micros integer NOT NULL,
    digest bytea NOT NULL,
    problem varchar(80) NOT NULL,
    CONSTRAINT subscriptions_delivery_once PRIMARY KEY (subscription, at, id)
) PARTITION BY RANGE (at);
CREATE INDEX subscriptions_delivery_of_positions ON subscriptions_delivery (subscription, last);

CREATE TABLE subscriptions_call (
    id uuid NOT NULL,
    signed_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    key bigint NOT NULL,
    nonce varchar(64) NOT NULL,
    client varchar(200) NOT NULL,
    act varchar(20) NOT NULL,
    feed integer NOT NULL,
    "grant" uuid,
    file uuid,
    first bigint NOT NULL,
    last bigint NOT NULL,
    count bigint NOT NULL,
    signed bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT subscriptions_call_once PRIMARY KEY (signed_at, key, nonce)
) PARTITION BY RANGE (signed_at);
CREATE INDEX subscriptions_call_of_feed ON subscriptions_call (feed, last) WHERE act = 'pull';

CREATE FUNCTION subscriptions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME LIKE 'subscriptions_change%'
        AND current_setting('tongban.forgetting', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'subscriptions_append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'subscriptions_append_only';
END $$;

CREATE FUNCTION subscriptions_guard(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER subscriptions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION subscriptions_refuse_change()', name);
END $$;

CREATE FUNCTION subscriptions_make_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    name text;
    made boolean := false;
BEGIN
    month := date_trunc('month', month);
    FOREACH parent IN ARRAY ARRAY['subscriptions_change', 'subscriptions_delivery', 'subscriptions_call'] LOOP
        name := parent || to_char(month, '_YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
                month::timestamp AT TIME ZONE 'Asia/Shanghai',
                (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai');
            PERFORM subscriptions_guard(name);
            made := true;
        END IF;
    END LOOP;
    RETURN made;
END $$;

CREATE TABLE subscriptions_change_default PARTITION OF subscriptions_change DEFAULT;
CREATE TABLE subscriptions_delivery_default PARTITION OF subscriptions_delivery DEFAULT;
CREATE TABLE subscriptions_call_default PARTITION OF subscriptions_call DEFAULT;
SELECT subscriptions_guard(name || part) FROM unnest(ARRAY['subscriptions_change', 'subscriptions_delivery',
    'subscriptions_call']) name, unnest(ARRAY['', '_default']) part;
SELECT subscriptions_make_month((date_trunc('month', now()) + make_interval(months => ahead))::date)
FROM generate_series(-1, 13) ahead;
"""
DROP = """
DROP TABLE subscriptions_change, subscriptions_delivery, subscriptions_call;
DROP FUNCTION subscriptions_make_month, subscriptions_guard, subscriptions_refuse_change;
"""
PIECES = "ALTER TABLE subscriptions_piece ALTER COLUMN data SET STORAGE EXTERNAL"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("exchange", "0002_records"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, DROP)],
            state_operations=[
                migrations.CreateModel(
                    name="CallRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "signed_at",
                                "key",
                                "nonce",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("id", models.UUIDField()),
                        ("signed_at", models.DateTimeField()),
                        ("at", models.DateTimeField()),
                        ("key", models.BigIntegerField()),
                        ("nonce", models.CharField(max_length=64)),
                        ("client", models.CharField(max_length=200)),
                        ("act", models.CharField(max_length=20)),
                        ("feed", models.IntegerField()),
                        ("grant", models.UUIDField(null=True)),
                        ("file", models.UUIDField(null=True)),
                        ("first", models.BigIntegerField()),
                        ("last", models.BigIntegerField()),
                        ("count", models.BigIntegerField()),
                        ("signed", models.BinaryField()),
                        ("signature", models.BinaryField()),
                    ],
                    options={
                        "db_table": "subscriptions_call",
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "subscription",
                                "at",
                                "id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("id", models.UUIDField()),
                        ("subscription", models.UUIDField()),
                        ("at", models.DateTimeField()),
                        ("first", models.BigIntegerField()),
                        ("last", models.BigIntegerField()),
                        ("count", models.PositiveIntegerField()),
                        ("status", models.PositiveSmallIntegerField()),
                        ("micros", models.PositiveIntegerField()),
                        ("digest", models.BinaryField()),
                        ("problem", models.CharField(max_length=80)),
                    ],
                    options={
                        "db_table": "subscriptions_delivery",
                    },
                ),
                migrations.CreateModel(
                    name="PlacedChange",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "feed",
                                "position",
                                "placed_at",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("feed", models.IntegerField()),
                        ("position", models.BigIntegerField()),
                        ("placed_at", models.DateTimeField()),
                        ("happened_at", models.DateTimeField()),
                        ("kind", models.CharField(max_length=10)),
                        ("row", models.BinaryField()),
                        ("subject", models.BinaryField(null=True)),
                        ("content", models.BinaryField()),
                    ],
                    options={
                        "db_table": "subscriptions_change",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["created", "changed", "removed", "file"])),
                                name="subscriptions_change_kind",
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("feed", models.IntegerField()),
                ("happened_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=10)),
                ("row", models.BinaryField()),
                ("subject", models.BinaryField(null=True)),
                ("content", models.BinaryField()),
            ],
            options={
                "db_table": "subscriptions_pending",
            },
        ),
        migrations.CreateModel(
            name="FeedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=300)),
                ("resource", models.CharField(max_length=80)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None
                    ),
                ),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=80)),
                ("kept_days", models.PositiveIntegerField()),
                ("position", models.BigIntegerField(default=0)),
                ("placed_at", models.DateTimeField(null=True)),
                ("forgotten", models.BigIntegerField(default=0)),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exchange.subsystem",
                    ),
                ),
            ],
            options={
                "db_table": "subscriptions_feed",
            },
        ),
        migrations.CreateModel(
            name="FileRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=200)),
                ("media", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("sha256", models.BinaryField()),
                ("received", models.BigIntegerField(default=0)),
                ("state", models.CharField(default="receiving", max_length=10)),
                ("begun_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(null=True)),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subscriptions.feedrow",
                    ),
                ),
            ],
            options={
                "db_table": "subscriptions_file",
            },
        ),
        migrations.CreateModel(
            name="Known",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "feed", "own_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("feed", models.IntegerField()),
                ("own_id", models.CharField(max_length=200)),
                ("digest", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "subscriptions_known",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        models.F("at"), autosummarize=True, name="subscriptions_known_by_moment"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "file_id", "first", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first", models.BigIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subscriptions.filerow",
                    ),
                ),
            ],
            options={
                "db_table": "subscriptions_piece",
            },
        ),
        migrations.CreateModel(
            name="SubscriptionRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.new_id, primary_key=True, serialize=False),
                ),
                ("grant", models.UUIDField()),
                ("address", models.CharField(max_length=500)),
                ("batch", models.PositiveIntegerField()),
                ("state", models.CharField(default="proving", max_length=10)),
                ("position", models.BigIntegerField()),
                ("placed_at", models.DateTimeField()),
                ("epoch", models.PositiveIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("per_minute", models.PositiveIntegerField(null=True)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=240)),
                ("taken_at", models.DateTimeField(null=True)),
                ("why", models.TextField(blank=True)),
                (
                    "consumer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.subsystem"
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="subscriptions.feedrow",
                    ),
                ),
            ],
            options={
                "db_table": "subscriptions_subscription",
            },
        ),
        migrations.AddConstraint(
            model_name="feedrow",
            constraint=models.UniqueConstraint(fields=("provider", "code"), name="subscriptions_feed_once"),
        ),
        migrations.AddConstraint(
            model_name="feedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("keys__len__gt", 0)), name="subscriptions_feed_has_keys"
            ),
        ),
        migrations.AddConstraint(
            model_name="feedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("forgotten__gte", 0), ("forgotten__lte", models.F("position"))),
                name="subscriptions_feed_forgets_what_was",
            ),
        ),
        migrations.AddConstraint(
            model_name="filerow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "broken"), _negated=True),
                fields=("feed", "name", "sha256"),
                name="subscriptions_file_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="filerow",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["receiving", "checking", "ready", "broken"])),
                name="subscriptions_file_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="filerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received__gte", 0), ("received__lte", models.F("size")), ("size__gt", 0)
                ),
                name="subscriptions_file_received",
            ),
        ),
        migrations.AddConstraint(
            model_name="filerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(("ready_at__isnull", False), ("received", models.F("size"))),
                    _connector="OR",
                ),
                name="subscriptions_file_ready_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionrow",
            index=models.Index(models.F("grant"), name="subscriptions_by_grant"),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("feed", "consumer", "address"),
                name="subscriptions_address_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proving", "active", "paused", "ended"])),
                name="subscriptions_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("batch__gte", 1), ("batch__lte", 1000)), name="subscriptions_batch_bounds"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("failing_since__isnull", True), ("failures", 0)),
                    models.Q(("failing_since__isnull", False), ("failures__gt", 0)),
                    _connector="OR",
                ),
                name="subscriptions_failing_since",
            ),
        ),
        migrations.RunSQL(PIECES, migrations.RunSQL.noop),
    ]

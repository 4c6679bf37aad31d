"""Make this process ready to work with the city: PostgreSQL running, Django set up, tables up to date."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tongban.kernel.errors import Failure, Invalid
from tongban.runtime import environment
from tongban.runtime.database import create_database, embedded, name_of
from tongban.runtime.postgres.server import used

SETTINGS, NODE_SETTINGS = "tongban.runtime.settings", "tongban.runtime.node_settings"


def set_up_django(settings: str = "") -> None:
    """Load settings and applications, those of a node where TONGBAN_NODE names one; the database is not touched."""
    own = NODE_SETTINGS if os.environ.get("TONGBAN_NODE") else SETTINGS
    os.environ["DJANGO_SETTINGS_MODULE"] = settings or own
    import django

    django.setup()


@contextmanager
def database_url() -> Iterator[str]:
    """Yield the address of the database while its server is kept running for the block.

    The address is put into DATABASE_URL, where settings and child processes find it.
    """
    settings = environment.read(os.environ)
    if settings.database_url:
        yield settings.database_url
        return
    with used(embedded(settings)) as cluster:
        create_database(cluster.url("postgres"), name_of(settings))
        os.environ["DATABASE_URL"] = cluster.url(name_of(settings))
        try:
            yield os.environ["DATABASE_URL"]
        finally:
            del os.environ["DATABASE_URL"]


@contextmanager
def ready(*, migrate: bool = True) -> Iterator[None]:
    """Make the whole city usable in the block: every command that needs the database runs inside."""
    with database_url():
        set_up_django()
        if migrate:
            bring_tables_up_to_date()
        try:
            yield
        finally:
            disconnect()


def check_routes() -> None:
    """Import everything a request may need; a mistake in it shows once, here, not in every worker."""
    from django.urls import get_resolver

    get_resolver().check()


def disconnect() -> None:
    """Close this process's connections to the database."""
    from django.db import connections

    from tongban.foundation.statements import operations as statements

    connections.close_all()
    statements.disconnect()


def bring_tables_up_to_date() -> bool:
    """Apply the migrations that are missing; return whether any were; raise Invalid when unreachable."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        with connection.cursor() as cursor:
            # Two starts at once: the second waits here and then finds nothing to do.
            cursor.execute("SELECT pg_advisory_lock(hashtext('tongban.migrate'))")
        executor = MigrationExecutor(connection)
        missing = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if missing:
            call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('tongban.migrate'))")
        _count_on()
    except DatabaseError as error:
        raise database_unreachable(error) from error
    return missing


def _count_on() -> None:
    """Have a database that was restored into another cluster go on counting its transactions where it was."""
    from tongban.datahub.exchange import operations as exchange
    from tongban.kernel import clock

    exchange.begin_era(at=clock.now())


def are_tables_missing() -> bool:
    """Return whether the tables are not what this program needs; nothing is changed."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def database_unreachable(error: Exception) -> Failure:
    """Return the failure to show when the database does not answer or refuses."""
    return Invalid(
        "database-unreachable",
        "无法使用数据库：{reason}。请检查 DATABASE_URL 与数据库服务器。",
        reason=str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__,
    )

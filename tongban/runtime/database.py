"""Which database Django speaks to: DATABASE_URL, or the embedded PostgreSQL of this folder."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tongban.runtime.environment import Environment
from tongban.runtime.postgres.cluster import Cluster

NAME = "tongban"
PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 5}
"""A statement is prepared when it is sent for the fifth time."""


def connection_settings(environment: Environment) -> dict[str, Any]:
    """Return Django's settings of the one database; the embedded server need not be running yet."""
    return django_database(environment.database_url or embedded(environment).url(name_of(environment)))


def name_of(environment: Environment) -> str:
    """Return the name of the database on the embedded server: the city's, or a node's own."""
    return f"{NAME}_node_{environment.node.replace('-', '_')}" if environment.node else NAME


def embedded(environment: Environment) -> Cluster:
    """Return the embedded PostgreSQL of this installation, started or not."""
    return Cluster(environment.state / "postgres")


def django_database(url: str) -> dict[str, Any]:
    """Return Django's settings for a PostgreSQL address.

    Connections persist in each thread of the server: a new one for every request costs most of the
    throughput. The health check finds those that a restart of PostgreSQL has cut. Values are bound by the server
    and what is sent often is prepared: planned once for a connection, which halves what PostgreSQL has to do.
    """
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {**PREPARED, **dict(parse_qsl(parts.query))},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def create_database(server_url: str, name: str, *, like: str = "template1") -> None:
    """Create the database on the server unless it is there; ``server_url`` names any database of it.

    ``like`` is the one whose tables it begins with, to which nobody may be connected.
    """
    import psycopg
    from psycopg import sql

    with psycopg.connect(server_url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not found:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(like)))
